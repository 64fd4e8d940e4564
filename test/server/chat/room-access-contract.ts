import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { decodeServerMessage } from '../../../protocol/codec.ts'
import type { Role, RoomId } from '../../../protocol/model.ts'
import type { ServerMessage } from '../../../protocol/server-messages.ts'
import { fanOutFrameTextAt } from '../../../server/chat/fan-out-frames.ts'
import type {
  Joined,
  JoinOptions,
  NewRoomOptions,
  RoomAccess,
  RoomDirectory,
} from '../../../server/chat/room-access.ts'

const OPENER = { id: 'opener', color: '#112233' }
const GIF = { id: 'A'.repeat(22), bytes: 3, width: 1, height: 1, frames: 1, durationMs: 0 }

/** Where rooms are opened, and where they are asked for. It may be the same directory. */
export interface ContractRooms extends AsyncDisposable {
  readonly opens: RoomDirectory
  readonly asks: RoomDirectory
}

/** One connection of a person, and all that it was told, in order. */
export function connectionOf(id: string, role: Role = 'person') {
  const heard: ServerMessage[] = []
  const ended: RoomId[] = []
  const news = new Set<() => void>()
  const member = {
    user: { id, color: '#445566' },
    role,
    roomEnded: (room: RoomId) => void ended.push(room),
    isGone: false,
    isConnected: () => !member.isGone,
    wasDropped: false,
    dropOut: () => {
      member.wasDropped = true
    },
    deliverFrames(frames: Buffer) {
      for (let at = 0; at < frames.length; ) {
        const { start, end } = fanOutFrameTextAt(frames, at)
        const decoded = decodeServerMessage(frames.toString('utf8', start, end))
        assert.ok(decoded.kind === 'message')
        heard.push(decoded.message)
        at = end
      }
      for (const notify of news) notify()
    },
  }
  /** Resolves when a message was heard for which this is true. */
  const until = (matches: (message: ServerMessage) => boolean) =>
    new Promise<void>(resolve => {
      const notify = () => {
        if (!heard.some(matches)) return
        news.delete(notify)
        resolve()
      }
      news.add(notify)
      notify()
    })
  return { member, heard, ended, until }
}

type Connection = ReturnType<typeof connectionOf>

async function joinRoom(
  room: RoomAccess,
  { member }: Connection,
  options: JoinOptions = {},
): Promise<Joined> {
  let answer: Joined | undefined
  await room.join(member, options, joined => {
    answer = joined
  })
  assert.ok(answer !== undefined, 'the join was not answered')
  return answer
}

const seqsOf = ({ messages }: { readonly messages: string }): readonly number[] =>
  JSON.parse(`[${messages}]`).map(({ seq }: { seq: number }) => seq)

/** What sessions and HTTP routes rely on, wherever a room is. */
export function roomAccessContract(open: () => Promise<ContractRooms>): void {
  async function openRoom(rooms: ContractRooms, options: Partial<NewRoomOptions> = {}): Promise<RoomAccess> {
    const { id } = await rooms.opens.createRoom(OPENER, '192.0.2.1', { title: 'room', max: 10, ...options })
    return rooms.asks.findRoom(id)
  }

  test('C3 D2 whoever joins is answered the newest messages, and then told every later one once', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms)
    const [ann, ben] = [connectionOf('ann'), connectionOf('ben')]
    await joinRoom(room, ann)
    for (let count = 1; count <= 3; count++)
      await room.history.postMessage(ann.member.user, `${count}`, { text: `${count}` })
    const joining = joinRoom(room, ben)
    const posting = room.history.postMessage(ann.member.user, '4', { text: '4' })
    const joined = await joining
    assert.equal((await posting).seq, 4)
    await room.history.postMessage(ben.member.user, '5', { text: '5', replyTo: 1 })
    await Promise.all(
      [ann, ben].map(({ until }) => until(heard => heard.type === 'chat.chat' && heard.message.seq === 5)),
    )
    const told = ben.heard.flatMap(heard => (heard.type === 'chat.chat' ? heard.message.seq : []))
    assert.deepEqual([...seqsOf(joined), ...told], [1, 2, 3, 4, 5])
    assert.equal(joined.lastSeq, seqsOf(joined).at(-1))
    assert.deepEqual(joined.members.map(({ id }) => id).toSorted(), ['ann', 'ben'])
  })

  test('D3 D6 M4 M5 a resend is answered as before, a resume gets what was missed, and pages go back', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms)
    const ann = connectionOf('ann')
    await joinRoom(room, ann)
    const { user } = ann.member
    const first = await room.history.postMessage(user, 'a', { text: 'a' })
    const again = await room.history.postMessage(user, 'a', { text: 'a' })
    assert.deepEqual([again.seq, again.createdAt, again.isDuplicate], [1, first.createdAt, true])
    for (const id of ['b', 'c', 'd']) await room.history.postMessage(user, id, { text: id })
    assert.deepEqual(seqsOf(await joinRoom(room, connectionOf('ben'), { sinceSeq: 2 })), [3, 4])
    assert.deepEqual(seqsOf({ messages: await room.history.readPage(4, 2) }), [2, 3])
    assert.equal(await room.history.readPage(1, 2), '')
    await assert.rejects(room.history.postMessage(user, 'e', { text: 'e', replyTo: 9 }), {
      code: 'invalidRequest',
      field: 'replyTo',
    })
  })

  test('C2 C4 C6 C7 T3 seats: by password, by person, held when the connection broke, free after a leave', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms, { max: 2, password: 'tangerine' })
    const [ann, ben, cem] = [connectionOf('ann'), connectionOf('ben'), connectionOf('cem')]
    await assert.rejects(joinRoom(room, ann), { code: 'passwordRequired' })
    await assert.rejects(joinRoom(room, ann, { password: 'orange' }), { code: 'wrongPassword' })
    await assert.rejects(joinRoom(room, ann, { password: 'tangerine' }), { code: 'rateLimited' })
    await joinRoom(room, ben, { password: 'tangerine' })
    await joinRoom(room, cem, { password: 'tangerine' })
    const another = connectionOf('dan')
    await assert.rejects(joinRoom(room, another, { password: 'tangerine' }), { code: 'roomFull' })
    assert.deepEqual([await room.isPresent('cem'), await room.isPresent('dan')], [true, false])
    room.disconnect(cem.member)
    await assert.rejects(joinRoom(room, another, { password: 'tangerine' }), { code: 'roomFull' })
    const back = connectionOf('cem')
    await joinRoom(room, back)
    room.leave(back.member)
    await ben.until(heard => heard.type === 'chat.exit' && heard.users.some(({ id }) => id === 'cem'))
    await joinRoom(room, another, { password: 'tangerine' })
    const { length } = cem.heard
    await room.history.postMessage(ben.member.user, 'x', { text: 'x' })
    await another.until(heard => heard.type === 'chat.chat')
    assert.equal(cem.heard.length, length)
  })

  test('C6 nobody is seated whose connection has gone before the answer', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms)
    const gone = connectionOf('gone')
    const joining = room.join(gone.member, {}, () => assert.fail('a join was answered to nobody'))
    gone.member.isGone = true
    room.disconnect(gone.member)
    await joining.catch(() => {})
    const ann = connectionOf('ann')
    await joinRoom(room, ann)
    await room.history.postMessage(ann.member.user, 'x', { text: 'x' })
    await ann.until(heard => heard.type === 'chat.chat')
    await turn()
    assert.deepEqual(gone.heard, [])
  })

  test('C9 C10 a bot is there without a seat and may post; an observer may not; both are told and named', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms, { max: 2, password: 'tangerine' })
    const password = { password: 'tangerine' }
    const [ann, ben] = [connectionOf('ann'), connectionOf('ben')]
    for (const person of [ann, ben]) await joinRoom(room, person, password)
    const bot = connectionOf('bot', 'bot')
    await assert.rejects(joinRoom(room, bot), { code: 'passwordRequired' })
    await joinRoom(room, bot, password)
    const observer = connectionOf('eve', 'observer')
    const joined = await joinRoom(room, observer, password)
    assert.deepEqual([joined.room.people, joined.members.length], [2, 2])
    assert.deepEqual(
      [joined.bots?.map(({ id }) => id), joined.observers?.map(({ id }) => id)],
      [['bot'], ['eve']],
    )
    await ann.until(heard => heard.type === 'chat.attendants' && heard.observers.length === 1)
    const may = async (id: string) => [await room.isPresent(id), await room.mayPost(id)]
    assert.deepEqual(await Promise.all(['ann', 'bot', 'eve', 'dan'].map(may)), [
      [true, true],
      [true, true],
      [true, false],
      [false, false],
    ])
    await room.history.postMessage(bot.member.user, 'x', { text: 'x', bot: true })
    await observer.until(heard => heard.type === 'chat.chat' && heard.message.bot === true)
    // Nothing is held for a bot.
    room.disconnect(bot.member)
    await ann.until(heard => heard.type === 'chat.attendants' && heard.bots.length === 0)
    const moved = ann.heard.flatMap(heard => ('users' in heard ? heard.users.map(({ id }) => id) : []))
    assert.deepEqual(new Set(moved), new Set(['ann', 'ben']))
  })

  test('C11 bots and observers are told that their room has ended', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms)
    const [ann, eve] = [connectionOf('ann'), connectionOf('eve', 'observer')]
    await joinRoom(room, ann)
    await joinRoom(room, eve)
    room.leave(ann.member)
    await eve.until(heard => heard.type === 'chat.ended')
    await turn()
    assert.deepEqual(eve.ended, [room.id])
  })

  test('C8 a hint of writing is told to the others', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms)
    const ann = connectionOf('ann')
    await joinRoom(room, ann)
    room.typing.noteWriter({ id: 'ben', color: '#445566' })
    await ann.until(heard => heard.type === 'chat.typing' && heard.users[0]?.id === 'ben')
  })

  test('G1 G6 a GIF is saved within the quota, found, read and posted', async () => {
    await using rooms = await open()
    const room = await openRoom(rooms)
    const ann = connectionOf('ann')
    await joinRoom(room, ann)
    const post = { user: ann.member.user, clientMessageId: 'g', gif: GIF.id, name: 'a.gif' }
    await assert.rejects(
      room.gifs.postGif(post, () => {}),
      { code: 'noSuchGif' },
    )
    await room.gifs.saveGif(GIF, Buffer.from('abc'))
    await room.gifs.saveGif(GIF, Buffer.from('abc'))
    assert.deepEqual(await room.gifs.findGif(GIF.id), GIF)
    assert.equal(await room.gifs.findGif('B'.repeat(22)), undefined)
    assert.ok(await room.gifs.readGif(GIF.id))
    await assert.rejects(room.gifs.readGif('B'.repeat(22)), { code: 'noSuchGif' })
    let isQueued = false
    const posted = await room.gifs.postGif(post, () => {
      isQueued = true
    })
    assert.deepEqual([posted.seq, isQueued], [1, true])
    await ann.until(
      heard => heard.type === 'chat.chat' && 'gif' in heard.message && heard.message.gif.name === 'a.gif',
    )
    const large = { ...GIF, id: 'C'.repeat(22), bytes: 1_000 }
    await assert.rejects(room.gifs.saveGif(large, Buffer.alloc(1_000)), { code: 'roomGifsFull' })
  })

  test('R1 a room that is not there is told so', async () => {
    await using rooms = await open()
    await assert.rejects(async () => rooms.asks.findRoom('nowhere'), { code: 'noSuchRoom' })
  })
}
