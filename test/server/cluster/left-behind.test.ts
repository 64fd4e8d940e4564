import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomId, UserId } from '../../../protocol/model.ts'
import type { NewRoomOptions } from '../../../server/chat/room-access.ts'
import { MemoryFleet } from '../../support/memory-fleet.ts'
import { connectionOf } from '../chat/room-access-contract.ts'

const OPENER = { id: 'opener', color: '#112233' }
/** Longer than a node may be silent before its links break, in milliseconds. */
const SILENCE_MS = 5_000

/** Whatever is lost on the way, an owner must not count people for ever who have gone. */
describe('Nobody is left behind in a room of another node', { timeout: 120_000 }, () => {
  const start = () => MemoryFleet.start({ seatHoldMs: 100 })
  async function openRoom(fleet: MemoryFleet, options: Partial<NewRoomOptions> = {}): Promise<RoomId> {
    const opening = { title: 'room', max: 10, ...options }
    return (await fleet.first.directory.createRoom(OPENER, '192.0.2.1', opening)).id
  }
  /** Somebody who stays keeps the room. */
  async function seatAnn(fleet: MemoryFleet, room: RoomId, password?: string): Promise<void> {
    await (await fleet.first.directory.findRoom(room)).join(
      connectionOf('ann').member,
      { password },
      () => {},
    )
  }
  /** The test ends by its timeout if it never comes to that. */
  async function untilSeated(fleet: MemoryFleet, room: RoomId, people: readonly UserId[]): Promise<void> {
    while (fleet.seatedIn(room).join() !== people.join()) await sleep(20)
  }
  const loseAll = async (fleet: MemoryFleet, work: () => unknown) => {
    fleet.isLost = () => true
    work()
    await sleep(20)
    fleet.isLost = () => false
  }

  for (const kind of ['leave', 'disconnect'] as const) {
    test(`C6 T3 a lost ${kind} is found out`, async () => {
      await using fleet = await start()
      const room = await openRoom(fleet)
      await seatAnn(fleet, room)
      const ben = connectionOf('ben')
      const there = await fleet.second.directory.findRoom(room)
      await there.join(ben.member, {}, () => {})
      await loseAll(fleet, () => there[kind](ben.member))
      await untilSeated(fleet, room, ['ann'])
    })

    test(`C6 T3 a ${kind} while the wire is down for less than a moment is found out`, async () => {
      await using fleet = await start()
      const room = await openRoom(fleet)
      await seatAnn(fleet, room)
      const ben = connectionOf('ben')
      const there = await fleet.second.directory.findRoom(room)
      await there.join(ben.member, {}, () => {})
      fleet.isUp = false
      there[kind](ben.member)
      await new Promise(resolve => setImmediate(resolve))
      fleet.isUp = true
      await untilSeated(fleet, room, ['ann'])
    })
  }

  test('C6 whoever goes while nothing has come for long is gone when it comes again', async () => {
    await using fleet = await start()
    const room = await openRoom(fleet)
    await seatAnn(fleet, room)
    const ben = connectionOf('ben')
    const there = await fleet.second.directory.findRoom(room)
    await there.join(ben.member, {}, () => {})
    fleet.isLost = () => true
    await sleep(SILENCE_MS)
    there.disconnect(ben.member)
    fleet.isLost = () => false
    await untilSeated(fleet, room, ['ann'])
  })

  test('C6 a seat is free again when the answer to the join was lost, and nobody came back', async () => {
    await using fleet = await start()
    const room = await openRoom(fleet)
    await seatAnn(fleet, room)
    const there = await fleet.second.directory.findRoom(room)
    fleet.isLost = to => to === 'second'
    const joining = there.join(connectionOf('ben').member, {}, () => assert.fail('nobody can know'))
    await untilSeated(fleet, room, ['ann', 'ben'])
    fleet.isLost = () => false
    await assert.rejects(joining, { code: 'unavailable' })
    await untilSeated(fleet, room, ['ann'])
  })

  test('C4 nobody comes in without the password as the one whose leave was lost', async () => {
    await using fleet = await start()
    const room = await openRoom(fleet, { password: 'tangerine' })
    await seatAnn(fleet, room, 'tangerine')
    const [ben, cem] = [connectionOf('ben'), connectionOf('cem')]
    const there = await fleet.second.directory.findRoom(room)
    await there.join(ben.member, { password: 'tangerine' }, () => {})
    await loseAll(fleet, () => there.leave(ben.member))
    const come = async () => (await fleet.second.directory.findRoom(room)).join(cem.member, {}, () => {})
    const refusal = async (): Promise<unknown> => {
      const error = await come().then(
        () => assert.fail('somebody came in'),
        thrown => thrown,
      )
      return error.code === 'unavailable' ? sleep(20).then(refusal) : error.code
    }
    assert.equal(await refusal(), 'passwordRequired')
    await untilSeated(fleet, room, ['ann'])
  })
})
