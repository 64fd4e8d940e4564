import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type AppendBatch,
  type Appended,
  type ChatStore,
  type FoundRoom,
  type LoadedRoom,
  NO_ROOM,
  StoreUnavailableError,
} from '../../../server/chat/chat-store.ts'
import { Lobby } from '../../../server/chat/lobby.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'

const user = { id: 'ann', color: '#112233' }
const member = {
  user,
  role: 'person',
  deliverFrames: () => {},
  isConnected: () => true,
  dropOut: () => {},
  roomEnded: () => {},
} as const
const UNENTERED_MS = 60_000
const EMPTY_MS = 2_000
const SIZE = 100
const found = { id: 'found', title: 'found', max: 10, owner: user, passwordHash: null, createdAt: 0 }

/** Lets everything happen that waits for no timer and no store. */
async function settle() {
  for (let turns = 0; turns < 4; turns++) await turn()
}

const gifOf = (letter: string) => ({
  id: letter.repeat(22),
  bytes: SIZE,
  width: 1,
  height: 1,
  frames: 1,
  durationMs: 0,
})

/** Rooms over a store that a test can stop, on a clock that stands still. */
function keepRooms(context: TestContext, found: readonly FoundRoom[] = [], loaded: LoadedRoom = NO_ROOM) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const calls: string[] = []
  let isAway = false
  let append = Promise.resolve()
  const answer = async (call: string) => {
    calls.push(call)
    if (isAway) throw new StoreUnavailableError('away')
  }
  const store = {
    recover: () => answer('recover'),
    findRooms: () => answer('findRooms').then(() => found),
    sweepLeftovers: () => answer('sweep'),
    loadRoom: (room: string) => answer(`load ${room}`).then(() => loaded),
    createRoom: () => answer('createRoom'),
    purgeRooms: (rooms: readonly string[]) => answer(`purge ${rooms}`),
    trimRoom: (room: string) => answer(`trim ${room}`).then(() => 0),
    findGif: async () => undefined,
    saveGif: () => answer('saveGif').then(() => append),
    async appendMessages(batches: readonly AppendBatch[]): Promise<readonly Appended[][]> {
      calls.push('append')
      await append
      calls.push('appended')
      return batches.map(({ firstSeq, messages }) =>
        messages.map((_, index) => ({ seq: firstSeq + index, createdAt: 0, isDuplicate: false })),
      )
    },
  } as unknown as ChatStore // rooms need no more of it here
  const rooms = new RoomRegistry({
    store,
    lobby: new Lobby(),
    log: { info: () => {}, warn: () => {} },
    settings: {
      emptyRoomGraceMs: EMPTY_MS,
      unenteredRoomMs: UNENTERED_MS,
      startupGraceMs: 30_000,
      seatHoldMs: 10_000,
      unpostedGifMs: 60_000,
      gifBytesPerRoom: 2 * SIZE,
      gifBytes: 2 * SIZE,
      botsPerRoom: 2,
      observersPerRoom: 2,
      roomsPerUser: 1,
      roomsPerAddress: 10,
      messageBytesPerRoom: 1e9,
      messageBytes: 1e9,
      now: () => 0,
    },
  })
  return {
    rooms,
    calls,
    /** Opens a room and joins it. */
    async enter() {
      const { id } = await rooms.createRoom(user, '192.0.2.1', { title: 'room', max: 10 })
      await rooms.findRoom(id).join(member, {}, () => {})
      calls.length = 0
      return rooms.findRoom(id)
    },
    setAway(value: boolean) {
      isAway = value
    },
    /** Writes take until the returned function is called. */
    holdWrites() {
      const { promise, resolve } = Promise.withResolvers<void>()
      append = promise
      return resolve
    },
    pass: (milliseconds: number) => context.mock.timers.tick(milliseconds),
    isOpen: (id: string) => {
      try {
        return rooms.findRoom(id) !== undefined
      } catch {
        return false
      }
    },
  }
}

test('T1 T2 a room lives as long as somebody sits in it, and goes from the store when it has been empty for its time', async context => {
  const { enter, pass, isOpen, calls } = keepRooms(context)
  const room = await enter()
  pass(10 * UNENTERED_MS)
  assert.ok(isOpen(room.id), 'somebody came in time')
  room.leave(member)
  pass(EMPTY_MS - 1)
  await room.join(member, {}, () => {})
  pass(10 * UNENTERED_MS)
  assert.ok(isOpen(room.id), 'somebody came back in time')
  room.leave(member)
  pass(EMPTY_MS)
  assert.ok(!isOpen(room.id))
  await settle()
  assert.deepEqual(calls, [`purge ${room.id}`])
})

test('T5 a purge waits for an upload to the room', async context => {
  const { rooms, enter, pass, calls, holdWrites } = keepRooms(context)
  const room = await enter()
  const write = holdWrites()
  const upload = rooms.gifs.saveGif(room.id, gifOf('a'), new Uint8Array(SIZE))
  room.leave(member)
  pass(EMPTY_MS)
  await settle()
  assert.deepEqual(calls, ['saveGif'])
  write()
  await upload
  await settle()
  assert.deepEqual(calls, ['saveGif', `purge ${room.id}`])
})

test('T5 a room that may have been stored though its creation failed is purged', async context => {
  const { rooms, calls, setAway } = keepRooms(context)
  setAway(true)
  await assert.rejects(rooms.createRoom(user, '192.0.2.1', { title: 'a secret', max: 10 }), {
    code: 'unavailable',
  })
  setAway(false)
  await settle()
  const [creation, purge = ''] = calls
  assert.deepEqual([creation, calls.length], ['createRoom', 2])
  assert.match(purge, /^purge \w{8}$/)
})

test('T5 what is being stored when a room ends is stored first, and what waits is refused', async context => {
  const { enter, pass, calls, holdWrites } = keepRooms(context)
  const room = await enter()
  const write = holdWrites()
  const stored = room.history.postMessage(user, 'c1', { text: 'in flight' })
  await settle()
  const waiting = assert.rejects(room.history.postMessage(user, 'c2', { text: 'waits' }), {
    code: 'noSuchRoom',
  })
  room.leave(member)
  pass(EMPTY_MS)
  await waiting
  await assert.rejects(room.history.postMessage(user, 'c3', { text: 'late' }), { code: 'noSuchRoom' })
  await settle()
  assert.deepEqual(calls, ['append'])
  write()
  assert.equal((await stored).seq, 1)
  await settle()
  assert.deepEqual(calls, ['append', 'appended', `purge ${room.id}`])
})

test('T5 a purge that fails is tried again until it is done', async context => {
  const { enter, pass, calls, setAway } = keepRooms(context)
  const room = await enter()
  room.leave(member)
  setAway(true)
  pass(EMPTY_MS)
  await settle()
  for (const isAway of [true, false, false]) {
    setAway(isAway)
    pass(60_000)
    await settle()
  }
  assert.deepEqual(calls, Array(3).fill(`purge ${room.id}`))
})

test('T5 a server that goes down purges what could not be purged before', async context => {
  const { enter, pass, calls, setAway, rooms } = keepRooms(context)
  const room = await enter()
  room.leave(member)
  setAway(true)
  pass(EMPTY_MS)
  await settle()
  setAway(false)
  await rooms.finishPosts()
  assert.deepEqual(calls, Array(2).fill(`purge ${room.id}`))
})

test('D9 a server that goes down takes no more posts, and waits for those that are being stored', async context => {
  const { enter, calls, holdWrites, rooms } = keepRooms(context)
  const room = await enter()
  const write = holdWrites()
  const stored = room.history.postMessage(user, 'c1', { text: 'in flight' })
  await settle()
  const finished = rooms.finishPosts().then(() => calls.push('finished'))
  await assert.rejects(room.history.postMessage(user, 'c2', { text: 'late' }), {
    code: 'unavailable',
    retryAfterMs: 1_000,
  })
  await settle()
  write()
  await Promise.all([stored, finished])
  assert.deepEqual(calls, ['append', 'appended', 'finished'])
})

test('L3 a room that could not be stored does not count, and one that has ended counts no more', async context => {
  const { enter, pass, rooms, setAway } = keepRooms(context)
  setAway(true)
  await assert.rejects(rooms.createRoom(user, '192.0.2.1', { title: 'room', max: 10 }), {
    code: 'unavailable',
  })
  setAway(false)
  const room = await enter()
  await assert.rejects(rooms.createRoom(user, '192.0.2.1', { title: 'room', max: 10 }), {
    code: 'tooManyRooms',
  })
  room.leave(member)
  pass(EMPTY_MS)
  await enter()
})

test('T5 G6 a start finishes what was left half done first, and counts the GIFs of the rooms that it finds', async context => {
  const { rooms, calls } = keepRooms(context, [{ ...found, gifBytes: SIZE }], { ...NO_ROOM, gifBytes: SIZE })
  await rooms.reopenRooms().then(settle)
  assert.deepEqual(calls, ['recover', 'findRooms', 'load found', 'sweep'])
  await rooms.gifs.saveGif('found', gifOf('a'), new Uint8Array(SIZE))
  await assert.rejects(rooms.gifs.saveGif('found', gifOf('b'), new Uint8Array(SIZE)), {
    code: 'roomGifsFull',
  })
  await assert.rejects(rooms.createRoom(user, '192.0.2.1', { title: 'room', max: 10 }), {
    code: 'tooManyRooms',
  })
})

test('M6 a start counts the messages of the rooms that it finds, where the store can tell', async context => {
  const { rooms, calls } = keepRooms(context, [
    { ...found, id: 'one', messageBytes: 0.4e9, gifBytes: 0 },
    { ...found, id: 'two', messageBytes: 0.7e9, gifBytes: 0 },
  ])
  await rooms.reopenRooms()
  await settle()
  assert.deepEqual(calls, ['recover', 'findRooms', 'trim two', 'load one', 'load two', 'sweep'])
})

test('M6 G6 one of many found rooms is loaded when the first person comes, and what it has counts from then on', async context => {
  const others = Array.from({ length: 16 }, (_, index) => ({ ...found, id: `${index}`, gifBytes: 0 }))
  const many = [...others, { ...found, messageBytes: 0.9e9, gifBytes: 2 * SIZE }]
  const { rooms, calls } = keepRooms(context, many, { messages: [], messageBytes: 1.2e9, gifBytes: SIZE })
  await rooms.reopenRooms().then(settle)
  assert.deepEqual(calls.splice(0), ['recover', 'findRooms', 'sweep'])
  await Promise.all([0, 1, 2].map(() => rooms.findRoom('found').join(member, {}, () => {})))
  await settle()
  assert.deepEqual(calls, ['load found', 'trim found'])
  await rooms.gifs.saveGif('found', gifOf('a'), new Uint8Array(SIZE))
  await assert.rejects(rooms.gifs.saveGif('found', gifOf('b'), new Uint8Array(SIZE)), {
    code: 'roomGifsFull',
  })
})

test('G6 the GIFs of a room that has ended count no more', async context => {
  const { enter, pass, rooms } = keepRooms(context)
  const save = (room: string, letter: string) => rooms.gifs.saveGif(room, gifOf(letter), new Uint8Array(SIZE))
  const first = await enter()
  await save(first.id, 'a')
  await save(first.id, 'b')
  first.leave(member)
  pass(EMPTY_MS)
  const second = await enter()
  await save(second.id, 'c')
  await save(second.id, 'd')
})
