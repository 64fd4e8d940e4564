import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { LIMITS } from '../../../protocol/limits.ts'
import type { RoomId } from '../../../protocol/model.ts'
import {
  type Appended,
  type ChatStore,
  type NewMessage,
  NO_ROOM,
  RoomGoneError,
  StoreUnavailableError,
} from '../../../server/chat/chat-store.ts'
import { messageContractOf } from './message-contract.ts'
import { allAppended, bob, GIF_BYTES, gifOf, roomOf, say, show, wholeGif } from './store-samples.ts'
import { trimContractOf } from './trim-contract.ts'

/** A store under test, and ways to use it that survive a reopen. */
export interface OpenedStore {
  readonly store: ChatStore
  reopen(): Promise<void>
  append(room: RoomId, firstSeq: number, ...messages: NewMessage[]): Promise<readonly Appended[]>
  /** The messages of the room: texts, and GIFs as they were posted. */
  texts(room: RoomId): Promise<readonly unknown[]>
}

/**
 * Tests every promise of the `ChatStore` port. `open` is called again after a close, and must find
 * what was stored. A store that `isKept` nowhere is not closed in between.
 */
export function contractOf(open: () => Promise<ChatStore>, { isKept = true } = {}): void {
  let store: ChatStore
  const opened: OpenedStore = {
    get store() {
      return store
    },
    async reopen() {
      if (!isKept) return
      await store.close()
      store = await open()
    },
    async append(room, firstSeq, ...messages) {
      return allAppended(await store.appendMessages([{ room, firstSeq, messages }])).flat()
    },
    async texts(room) {
      const messages = await store.readMessages(room, { limit: 1_000 })
      return messages.map(message => ('text' in message ? message.text : message.gif))
    },
  }
  const { append, texts, reopen } = opened

  before(async () => {
    store = await open()
    await store.recover()
    await store.sweepLeftovers()
  })
  after(() => store.close())

  messageContractOf(opened)
  trimContractOf(opened)

  describe('rooms', () => {
    test('a room comes back as it was made, also after a reopen', async () => {
      const open = roomOf('rooms-open', { createdAt: 1_700_000_000_001 })
      const locked = roomOf('rooms-locked', {
        title: '방 "$title" \u0000 😀',
        max: 1_000,
        owner: bob,
        passwordHash: 'scrypt$salt$hash',
        createdAt: 1_700_000_000_002,
      })
      await store.createRoom(open)
      await store.createRoom(locked)
      const expected = [open, locked].map(room => ({ ...room, messageBytes: 0, gifBytes: 0 }))
      const found = async () =>
        (await store.findRooms())
          .filter(room => room.id.startsWith('rooms-'))
          .map(({ messageBytes = 0, ...room }) => ({ ...room, messageBytes }))
      assert.deepEqual(await found(), expected)
      await reopen()
      assert.deepEqual(await found(), expected)
    })

    test('an id is used once', async () => {
      await store.createRoom(roomOf('once', { title: 'the first' }))
      await assert.rejects(
        store.createRoom(roomOf('once')),
        error => !(error instanceof StoreUnavailableError),
      )
      assert.equal((await store.findRooms()).find(room => room.id === 'once')?.title, 'the first')
    })

    test('a loaded room has its newest messages, in order and no more than asked for', async () => {
      await store.createRoom(roomOf('load'))
      assert.deepEqual(await store.loadRoom('load', 2), NO_ROOM)
      await append('load', 1, say('one', 'a'), say('two', 'b'), say('three', 'c'))
      await reopen()
      for (const limit of [1, 2, 3, 4, 1_000]) {
        const { messages } = await store.loadRoom('load', limit)
        assert.deepEqual(messages, await store.readMessages('load', { limit }))
        assert.equal(messages.at(-1)?.seq, 3)
      }
      assert.equal((await append('load', 4, say('four', 'd')))[0]?.seq, 4)
    })

    test('rooms that are loaded together each have their own newest messages', async () => {
      const lengths = [1, 40, 0, 7, 60]
      const idOf = (index: number) => `together-${index}`
      for (const [index, length] of lengths.entries()) {
        await store.createRoom(roomOf(idOf(index)))
        const messages = Array.from({ length }, (_, seq) => say(`${index}`, `${seq}`))
        if (length > 0) await append(idOf(index), 1, ...messages)
      }
      await reopen()
      const loads = lengths.map((_, index) => store.loadRoom(idOf(index), index === 4 ? 5 : 10))
      for (const [index, { messages, messageBytes }] of (await Promise.all(loads)).entries()) {
        assert.deepEqual(
          messages,
          await store.readMessages(idOf(index), { limit: index === 4 ? 5 : 10 }),
          idOf(index),
        )
        const { messageBytes: alone } = await store.loadRoom(idOf(index), 1)
        assert.equal(messageBytes, alone)
      }
    })

    test('there is nothing to load of a room that is not there', async () => {
      assert.deepEqual(await store.loadRoom('load-never', 10), NO_ROOM)
    })
  })

  describe('GIFs', () => {
    test('a found room says how many bytes its GIFs have, each counted once', async () => {
      await store.createRoom(roomOf('gif-bytes'))
      const bytes = async () => (await store.findRooms()).find(({ id }) => id === 'gif-bytes')?.gifBytes
      assert.equal(await bytes(), 0)
      for (const letter of ['p', 'q', 'p'])
        await store.saveGif('gif-bytes', gifOf(letter, GIF_BYTES), GIF_BYTES)
      assert.equal(await bytes(), 2 * GIF_BYTES.length)
      await store.deleteGif('gif-bytes', 'p'.repeat(22))
      assert.equal(await bytes(), GIF_BYTES.length)
    })

    test('bytes come back as they were saved, and saving twice changes nothing', async () => {
      await store.createRoom(roomOf('gifs'))
      const info = gifOf('g', GIF_BYTES)
      await store.saveGif('gifs', info, GIF_BYTES)
      await store.saveGif('gifs', info, GIF_BYTES)
      assert.deepEqual(await store.findGif('gifs', info.id), info)
      assert.deepEqual(await wholeGif(store.readGif('gifs', info.id)), Buffer.from(GIF_BYTES))
    })

    test('a GIF of the most bytes comes back whole', async () => {
      await store.createRoom(roomOf('gif-large'))
      const bytes = Uint8Array.from(
        { length: LIMITS.gifBytes },
        (_, index) => (index * 31 + (index >> 8)) & 0xff,
      )
      await store.saveGif('gif-large', gifOf('l', bytes), bytes)
      assert.ok((await wholeGif(store.readGif('gif-large', 'l'.repeat(22))))?.equals(bytes))
    })

    test('a GIF belongs to its room alone, and can be deleted', async () => {
      for (const id of ['gif-1', 'gif-2']) await store.createRoom(roomOf(id))
      const info = gifOf('h', GIF_BYTES)
      await store.saveGif('gif-1', info, GIF_BYTES)
      assert.equal(await store.findGif('gif-2', info.id), undefined)
      assert.equal(await store.readGif('gif-2', info.id), undefined)
      await store.saveGif('gif-2', info, GIF_BYTES)
      await store.deleteGif('gif-1', info.id)
      assert.equal(await store.findGif('gif-1', info.id), undefined)
      assert.equal(await store.readGif('gif-1', info.id), undefined)
      assert.deepEqual(await store.findGif('gif-2', info.id), info)
      await store.deleteGif('gif-1', info.id)
    })

    test('a room that is not there keeps none', async () => {
      await store.createRoom(roomOf('gif-purged'))
      await store.purgeRooms(['gif-purged'])
      for (const room of ['gif-purged', 'gif-never']) {
        await assert.rejects(store.saveGif(room, gifOf('n', GIF_BYTES), GIF_BYTES), RoomGoneError)
        assert.equal(await store.findGif(room, 'n'.repeat(22)), undefined)
      }
    })

    if (isKept) {
      test('a loaded room has no GIF that was never posted, and all others', async () => {
        await store.createRoom(roomOf('unposted'))
        const [posted, unposted] = [gifOf('p', GIF_BYTES), gifOf('u', GIF_BYTES)]
        await store.saveGif('unposted', posted, GIF_BYTES)
        await store.saveGif('unposted', unposted, GIF_BYTES)
        await append('unposted', 1, show({ ...posted, name: 'p.gif' }, 'p'), say('later', 'l'))
        for (const limit of [1, 10]) {
          await reopen()
          await store.recover()
          const { messages, gifBytes } = await store.loadRoom('unposted', limit)
          assert.deepEqual([messages.length, gifBytes], [Math.min(limit, 2), GIF_BYTES.length])
        }
        assert.deepEqual(await store.findGif('unposted', posted.id), posted)
        assert.equal((await store.readGif('unposted', posted.id))?.bytes, GIF_BYTES.length)
        assert.equal(await store.findGif('unposted', unposted.id), undefined)
      })
    }
  })

  describe('purge', () => {
    test('takes the room, its messages and its GIFs, and leaves the others', async () => {
      for (const id of ['purge-1', 'purge-2', 'purge-3']) {
        await store.createRoom(roomOf(id))
        await store.saveGif(id, gifOf('g', GIF_BYTES), GIF_BYTES)
        await append(id, 1, say('text', '1'), show({ ...gifOf('g', GIF_BYTES), name: 'g.gif' }, '2'))
      }
      await store.purgeRooms(['purge-1', 'purge-3', 'never there'])
      const ids = (await store.findRooms()).map(({ id }) => id).filter(id => id.startsWith('purge-'))
      assert.deepEqual(ids, ['purge-2'])
      for (const id of ['purge-1', 'purge-3']) {
        assert.deepEqual(await texts(id), [])
        assert.equal(await store.findGif(id, 'g'.repeat(22)), undefined)
      }
      assert.equal((await texts('purge-2')).length, 2)
      assert.equal((await store.readGif('purge-2', 'g'.repeat(22)))?.bytes, GIF_BYTES.length)
      await store.purgeRooms(['purge-1'])
      await store.purgeRooms([])
    })

    test('an id that was purged begins afresh', async () => {
      await store.createRoom(roomOf('afresh'))
      await append('afresh', 1, say('old', 'x'))
      await store.purgeRooms(['afresh'])
      await store.createRoom(roomOf('afresh'))
      assert.deepEqual(await store.loadRoom('afresh', 10), NO_ROOM)
      assert.deepEqual((await append('afresh', 1, say('new', 'x')))[0]?.isDuplicate, false)
      assert.deepEqual(await texts('afresh'), ['new'])
    })
  })

  describe('the store itself', () => {
    test('the first secret stays', async () => {
      assert.equal(await store.loadSecret('the first candidate'), 'the first candidate')
      assert.equal(await store.loadSecret('another'), 'the first candidate')
      await reopen()
      assert.equal(await store.loadSecret('yet another'), 'the first candidate')
    })

    test('answers ping until it is closed, and is unavailable then', async () => {
      await store.ping()
      await store.close()
      await assert.rejects(store.ping(), StoreUnavailableError)
      await assert.rejects(store.findRooms(), StoreUnavailableError)
      await assert.rejects(append('said', 100, say('late', 'late')), StoreUnavailableError)
      await store.close()
      store = await open()
      await store.ping()
    })
  })
}
