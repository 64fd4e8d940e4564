import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { RequestError } from '../../../protocol/error-codes.ts'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { Lobby } from '../../../server/chat/lobby.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'

const STARTUP_GRACE_MS = 1_000
const user = { id: 'user', color: '#112233' }

/** A room found at start-up, with five messages. Its store can't be read until `isAnswering`. */
async function foundRoom({ isAnswering = false } = {}) {
  const message = { user, clientMessageId: 'c', createdAt: 0, text: 'said before' }
  const store = {
    isAnswering,
    loads: 0,
    purged: [] as string[],
    recover: async () => {},
    sweepLeftovers: async () => {},
    findRooms: async () => [
      {
        id: 'room',
        title: 'found',
        max: 10,
        owner: user,
        passwordHash: null,
        createdAt: 0,
        gifBytes: 0,
      },
    ],
    async loadRoom() {
      store.loads++
      if (!store.isAnswering) throw new StoreUnavailableError('too slow')
      const messages = [1, 2, 3, 4, 5].map(seq => ({ ...message, seq }))
      return { messages, messageBytes: 1, gifBytes: 0 }
    },
    async purgeRooms(rooms: readonly string[]) {
      store.purged.push(...rooms)
    },
  }
  const rooms = new RoomRegistry({
    store: store as unknown as ChatStore, // a found room needs no more of it
    lobby: new Lobby(),
    log: { info: () => {}, warn: () => {} },
    settings: {
      emptyRoomGraceMs: 10,
      unenteredRoomMs: 10,
      startupGraceMs: STARTUP_GRACE_MS,
      seatHoldMs: 10,
      unpostedGifMs: 10,
      gifBytesPerRoom: 1_000,
      gifBytes: 1_000,
      botsPerRoom: 2,
      observersPerRoom: 2,
      roomsPerUser: 10,
      roomsPerAddress: 10,
      messageBytesPerRoom: 1e9,
      messageBytes: 1e9,
      now: () => 0,
    },
  })
  await rooms.reopenRooms()
  return { store, rooms }
}

const member = {
  user,
  role: 'person',
  deliverFrames: () => {},
  isConnected: () => true,
  dropOut: () => {},
  roomEnded: () => {},
} as const

test('T4 a room does not end while its people come back to a store that does not answer yet', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { store, rooms } = await foundRoom()
    for (let attempt = 0; attempt < 5; attempt++) {
      mock.timers.tick(STARTUP_GRACE_MS - 1)
      await assert.rejects(
        rooms.findRoom('room').join(member, {}, () => {}),
        (error: RequestError) => error.code === 'unavailable',
      )
    }
    store.isAnswering = true
    let lastSeq = 0
    await rooms.findRoom('room').join(member, {}, joined => {
      lastSeq = joined.lastSeq
    })
    assert.equal(lastSeq, 5)
    assert.deepEqual(store.purged, [])
  } finally {
    mock.timers.reset()
  }
})

test('T4 a room to which nobody comes back ends', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { rooms } = await foundRoom()
    mock.timers.tick(STARTUP_GRACE_MS)
    assert.throws(() => rooms.findRoom('room'), { code: 'noSuchRoom' })
  } finally {
    mock.timers.reset()
  }
})

test('a few found rooms are loaded before anybody asks, and not again when their people come', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { store, rooms } = await foundRoom({ isAnswering: true })
    assert.equal(store.loads, 1)
    await rooms.findRoom('room').join(member, {}, () => {})
    assert.equal(store.loads, 1)
  } finally {
    mock.timers.reset()
  }
})
