import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RoomId } from '../../../protocol/model.ts'
import type { OpenedStore } from './chat-store-contract.ts'
import { ada, bob, GIF_BYTES, gifOf, roomOf, say, show } from './store-samples.ts'

const MIB = 1024 * 1024
/** Some 4 MiB of messages, so that a store can forget some of them even in whole files. */
const LONG = '가'.repeat(20_000)
const MESSAGES = 70
const TOGETHER = 7

/** Tests what `ChatStore` promises about bytes, and about the oldest messages. */
export function trimContractOf(opened: OpenedStore): void {
  const { append, reopen } = opened

  const said = (index: number) => say(LONG, `${index}`, index % 2 === 0 ? ada : bob)

  /** Says so many messages that a store can forget the first of them. */
  async function fill(room: RoomId): Promise<void> {
    await opened.store.createRoom(roomOf(room))
    for (let first = 1; first <= MESSAGES; first += TOGETHER) {
      const together = Array.from({ length: TOGETHER }, (_, index) => said(first + index))
      await append(room, first, ...together)
    }
  }

  const loadedRoom = async (room: RoomId) => {
    const { messages, messageBytes } = await opened.store.loadRoom(room, 1)
    return { lastSeq: messages.at(-1)?.seq, messageBytes }
  }

  const seqsIn = async (room: RoomId) =>
    (await opened.store.readMessages(room, { limit: 2 * MESSAGES })).map(({ seq }) => seq)

  /** From `first` to `last`. */
  const range = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)

  describe('bytes of messages', () => {
    test('a loaded room says how many bytes its messages have, also after a reopen', async () => {
      await opened.store.createRoom(roomOf('bytes'))
      assert.equal((await loadedRoom('bytes')).messageBytes, 0)
      const messages = [say('short', '1'), say(LONG, '2'), say('가나다', '3')]
      await append('bytes', 1, ...messages)
      await append('bytes', 4, say('short', '1'), say('new', '4'))
      const { messageBytes } = await loadedRoom('bytes')
      const json = [...messages, say('new', '4')].map(message => Buffer.byteLength(JSON.stringify(message)))
      const bytes = json.reduce((sum, length) => sum + length, 0)
      // A store may keep the seq as well.
      assert.ok(messageBytes >= bytes && messageBytes < bytes + 4 * 20, `${messageBytes} for ${bytes}`)
      await reopen()
      assert.equal((await loadedRoom('bytes')).messageBytes, messageBytes)
      await append('bytes', 5, say('five', '5'))
      assert.ok((await loadedRoom('bytes')).messageBytes > messageBytes)
    })
  })

  describe('trim', () => {
    test('the oldest messages go, until the others have so many bytes; nothing else changes', async () => {
      for (const room of ['trim', 'trim-not']) await fill(room)
      const before = await loadedRoom('trim')
      assert.ok(before.messageBytes > 4_000_000)
      assert.equal(await opened.store.trimRoom('trim', before.messageBytes), before.messageBytes)
      assert.equal((await seqsIn('trim')).length, MESSAGES)
      const bytes = await opened.store.trimRoom('trim', 2.5 * MIB)
      assert.ok(bytes <= 2.5 * MIB && bytes >= MIB, `${bytes} bytes`)
      const seqs = await seqsIn('trim')
      const first = seqs[0] ?? 0
      assert.ok(first > 1)
      assert.deepEqual(seqs, range(first, MESSAGES))
      for (const isReopened of [false, true]) {
        if (isReopened) await reopen()
        await opened.store.recover()
        assert.deepEqual(await loadedRoom('trim'), { lastSeq: MESSAGES, messageBytes: bytes })
        assert.deepEqual(await seqsIn('trim'), seqs)
        const read = (range: { afterSeq?: number; beforeSeq?: number; from?: 'oldest' }) =>
          opened.store.readMessages('trim', { limit: 2, ...range })
        assert.deepEqual(await read({ beforeSeq: first }), [])
        assert.deepEqual(await read({ afterSeq: 0, from: 'oldest' }), await read({ beforeSeq: first + 2 }))
        assert.deepEqual(
          (await read({ beforeSeq: first + 1 })).map(({ seq }) => seq),
          [first],
        )
        assert.deepEqual(await seqsIn('trim-not'), range(1, MESSAGES))
      }
      await append('trim', MESSAGES + 1, say('on', 'on'))
      assert.deepEqual(await seqsIn('trim'), range(first, MESSAGES + 1))
      await opened.store.purgeRooms(['trim', 'trim-not'])
      assert.deepEqual(await seqsIn('trim'), [])
    })

    test('D3 a resend of a kept message is one; of a message that was forgotten it is a new message', async () => {
      await fill('trim-again')
      await opened.store.trimRoom('trim-again', 2.5 * MIB)
      const [first = 0] = await seqsIn('trim-again')
      const outcomes = await append('trim-again', MESSAGES + 1, said(first), said(1), said(2))
      assert.deepEqual(
        outcomes.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        [
          [first, true],
          [MESSAGES + 1, false],
          [MESSAGES + 2, false],
        ],
      )
      await reopen()
      const again = await append('trim-again', MESSAGES + 3, said(1), said(3))
      assert.deepEqual(
        again.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        [
          [MESSAGES + 1, true],
          [MESSAGES + 3, false],
        ],
      )
      await opened.store.purgeRooms(['trim-again'])
    })

    test('the newest message stays, and with it the next seq', async () => {
      await fill('trim-all')
      const bytes = await opened.store.trimRoom('trim-all', 0)
      assert.ok(bytes > 0 && bytes <= 2 * MIB)
      await reopen()
      const [first = 0] = await seqsIn('trim-all')
      assert.deepEqual(await seqsIn('trim-all'), range(first, MESSAGES))
      assert.equal((await loadedRoom('trim-all')).lastSeq, MESSAGES)
      assert.equal((await append('trim-all', MESSAGES + 1, say('on', 'on')))[0]?.seq, MESSAGES + 1)
      await opened.store.purgeRooms(['trim-all'])
    })

    test('a GIF stays though the message that shows it has gone', async () => {
      await opened.store.createRoom(roomOf('trim-gif'))
      const gif = gifOf('t', GIF_BYTES)
      await opened.store.saveGif('trim-gif', gif, GIF_BYTES)
      await append('trim-gif', 1, show({ ...gif, name: 't.gif' }, 'gif'))
      for (let first = 2; first <= MESSAGES; first += TOGETHER)
        await append('trim-gif', first, ...range(first, first + TOGETHER - 1).map(said))
      await opened.store.trimRoom('trim-gif', 2.5 * MIB)
      assert.ok(((await seqsIn('trim-gif'))[0] ?? 0) > 1)
      await reopen()
      await opened.store.recover()
      assert.equal((await opened.store.loadRoom('trim-gif', 10)).gifBytes, GIF_BYTES.length)
      assert.deepEqual(await opened.store.findGif('trim-gif', gif.id), gif)
      await opened.store.purgeRooms(['trim-gif'])
    })

    test('a room that is not there has nothing to forget', async () => {
      assert.equal(await opened.store.trimRoom('trim-never', 0), 0)
    })
  })
}
