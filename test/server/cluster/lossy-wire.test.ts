import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId } from '../../../protocol/model.ts'
import { Lobby } from '../../../server/chat/lobby.ts'
import type { RoomAccess } from '../../../server/chat/room-access.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'
import { FleetSeatKeeper } from '../../../server/cluster/fleet-seat-keeper.ts'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { seededRandom } from '../../chaos/random.ts'
import { FEW_LIMITS, MemoryFleet } from '../../support/memory-fleet.ts'
import { connectionOf } from '../chat/room-access-contract.ts'

const SILENT = { info: () => {}, warn: () => {} }
const OPENER = { id: 'opener', color: '#112233' }
const MESSAGES = 15
const VISITS = 4
const VISITED_ROOMS = 20

/** Does something again and again while the room can't be reached. */
async function untilReached<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'unavailable') throw error
      await sleep(20)
    }
  }
}

async function talk(room: () => RoomAccess | Promise<RoomAccess>, id: string): Promise<void> {
  for (let count = 0; count < MESSAGES; count++) {
    const post = async () =>
      (await room()).history.postMessage({ id, color: '#445566' }, `${count}`, { text: `${id} ${count}` })
    await untilReached(post)
  }
}

async function openRoom({ first }: MemoryFleet): Promise<RoomId> {
  return (await first.directory.createRoom(OPENER, '192.0.2.1', { title: 'room', max: 10 })).id
}

/** Comes to the room and goes, again and again. */
async function comeAndGo(
  room: () => RoomAccess | Promise<RoomAccess>,
  id: string,
  stayMs: () => number,
): Promise<void> {
  for (let count = 0; count < VISITS; count++) {
    const { member } = connectionOf(id)
    await untilReached(async () => (await room()).join(member, {}, () => {}))
    await sleep(stayMs())
    const there = await untilReached(async () => room())
    if (count % 2 === 0) there.leave(member)
    else there.disconnect(member)
  }
}

for (const seed of [1, 2]) {
  test(`D2 D4 with every tenth envelope lost, members hear every message once and in order, and whoever leaves is gone (seed ${seed})`, async () => {
    await using fleet = await MemoryFleet.start({ seatHoldMs: 100 })
    const random = seededRandom(seed)
    const id = await openRoom(fleet)
    const [ann, ben] = [connectionOf('ann'), connectionOf('ben')]
    const here = await fleet.first.directory.findRoom(id)
    const there = () => fleet.second.directory.findRoom(id)
    await here.join(ann.member, {}, () => {})
    await (await there()).join(ben.member, {}, () => {})
    // Rooms to which one person of the second node comes.
    const visited = await Promise.all(Array.from({ length: VISITED_ROOMS }, () => openRoom(fleet)))
    for (const room of visited)
      await (await fleet.first.directory.findRoom(room)).join(connectionOf('ann').member, {}, () => {})
    fleet.isLost = () => random() < 0.1
    const stayMs = () => 100 * random()
    await Promise.all([
      talk(() => here, 'ann'),
      talk(there, 'ben'),
      comeAndGo(there, 'cem', stayMs),
      ...visited.map(room => comeAndGo(() => fleet.second.directory.findRoom(room), 'cem', stayMs)),
    ])
    fleet.isLost = () => false
    const isLast = (seq: number) => seq === 2 * MESSAGES
    for (const { until } of [ann, ben])
      await until(message => message.type === 'chat.chat' && isLast(message.message.seq))
    for (const { heard } of [ann, ben]) {
      const seqs = heard.flatMap(message => (message.type === 'chat.chat' ? message.message.seq : []))
      assert.deepEqual(
        seqs,
        Array.from({ length: 2 * MESSAGES }, (_, index) => index + 1),
      )
    }
    assert.equal(ben.member.wasDropped, false)
    // Nobody is there twice, or left behind.
    while (fleet.seatedIn(id).join() !== 'ann,ben') await sleep(20)
    for (const room of visited) while (fleet.seatedIn(room).join() !== 'ann') await sleep(20)
  })
}

test('T4 no room ends while its people may be unable to come back', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const clock = { now: 1e6 }
  context.mock.method(performance, 'now', () => clock.now)
  const keeper = new FleetSeatKeeper({ keepSeats: async () => {} }, SILENT, FEW_LIMITS.startupGraceMs)
  const rooms = new RoomRegistry({
    store: new MemoryStore(),
    lobby: new Lobby(),
    log: SILENT,
    settings: FEW_LIMITS,
    seats: keeper,
  })
  const stored = { id: 'room', title: 'room', max: 10, owner: OPENER, passwordHash: null, createdAt: 0 }
  rooms.adoptRooms([{ ...stored, gifBytes: 0 }])
  const pass = (milliseconds: number) => {
    clock.now += milliseconds
    context.mock.timers.tick(milliseconds)
  }
  pass(FEW_LIMITS.startupGraceMs - 1)
  keeper.noteTrouble()
  pass(1)
  assert.equal(rooms.ownRooms.size, 1)
  pass(FEW_LIMITS.startupGraceMs)
  assert.equal(rooms.ownRooms.size, 0)
})

test('frames of another node that cannot be read are told to the log, and the next ones are heard', async () => {
  await using fleet = await MemoryFleet.start()
  const id = await openRoom(fleet)
  const [ann, ben, cem] = [connectionOf('ann'), connectionOf('ben'), connectionOf('cem')]
  const here = await fleet.first.directory.findRoom(id)
  await here.join(ann.member, {}, () => {})
  await (await fleet.second.directory.findRoom(id)).join(ben.member, {}, () => {})
  await ann.until(message => message.type === 'chat.join')
  fleet.isLost = (_, envelope) => {
    const at = envelope.indexOf('{"type":"chat.join"')
    if (at >= 0) envelope.write('}', at + '{"type":"chat.join"'.length)
    return false
  }
  await here.join(cem.member, {}, () => {})
  while (fleet.warnings.length === 0) await sleep(20)
  assert.deepEqual(fleet.warnings, ['what another node sent could not be used'])
  await here.history.postMessage(ann.member.user, '1', { text: 'heard' })
  await ben.until(message => message.type === 'chat.chat')
})

test('C5 whoever left while the wire was down is told to the others when it is up again', async () => {
  await using fleet = await MemoryFleet.start()
  const { id } = await fleet.first.directory.createRoom(OPENER, '192.0.2.1', { title: 'room', max: 10 })
  const [ann, ben] = [connectionOf('ann'), connectionOf('ben')]
  const here = await fleet.first.directory.findRoom(id)
  const there = await fleet.second.directory.findRoom(id)
  await here.join(ann.member, {}, () => {})
  await there.join(ben.member, {}, () => {})
  await ben.until(message => message.type === 'chat.join')
  fleet.isLost = () => true
  here.leave(ann.member)
  const cem = connectionOf('cem')
  await here.join(cem.member, {}, () => {})
  fleet.isLost = () => false
  await ben.until(message => message.type === 'chat.exit' && message.users.some(user => user.id === 'ann'))
  await ben.until(message => message.type === 'chat.join' && message.users.some(user => user.id === 'cem'))
})
