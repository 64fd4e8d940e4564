import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lobby } from '../../../server/chat/lobby.ts'
import type { RoomOwners, TakenRoom } from '../../../server/chat/room-owners.ts'
import { Fleet } from '../../../server/cluster/fleet.ts'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { FEW_LIMITS, MemoryFleet } from '../../support/memory-fleet.ts'

const roomOf = (id: string): TakenRoom => ({
  id,
  title: id,
  max: 10,
  owner: { id: 'opener', color: '#112233' },
  passwordHash: null,
  createdAt: 0,
  gifBytes: 0,
  seated: [],
})

/** A third node, which owns what these owners say. */
async function startThird(wires: MemoryFleet, owners: Partial<RoomOwners>): Promise<Fleet> {
  const fleet = new Fleet({
    store: new MemoryStore(),
    owners: { ...wires.ownersAt('third', new Set()), ...owners },
    wire: wires.wireOf('third'),
    lobby: new Lobby(),
    log: { info: () => {}, warn: () => {} },
    settings: FEW_LIMITS,
  })
  await fleet.startFleet()
  return fleet
}

test('a room that was taken over is there for whoever asks, while others are still being taken', async () => {
  await using wires = await MemoryFleet.start()
  const [isTaken, isAsked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const owners: Partial<RoomOwners> = {
    placeRoom: async () => ({ kind: 'owned', owner: 'third' }),
    async *takeFreeRooms() {
      yield roomOf('one')
      isTaken.resolve()
      await isAsked.promise
      yield roomOf('two')
    },
  }
  const fleet = await startThird(wires, owners)
  await isTaken.promise
  assert.equal((await fleet.directory.findRoom('one')).id, 'one')
  isAsked.resolve()
  await fleet.leaveFleet()
  fleet.registry.closeRooms()
})

test('a room that is taken over while the node goes is not opened there', async () => {
  await using wires = await MemoryFleet.start()
  const [isAsked, isTaken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const owners: Partial<RoomOwners> = {
    placeRoom: async () => {
      await isTaken.promise
      return { kind: 'taken', room: roomOf('one'), epoch: 1 }
    },
    async *takeFreeRooms() {
      isAsked.resolve()
      await isTaken.promise
      yield roomOf('two')
    },
  }
  const fleet = await startThird(wires, owners)
  await isAsked.promise
  const finding = fleet.directory.findRoom('one')
  await fleet.leaveFleet()
  fleet.registry.closeRooms()
  isTaken.resolve()
  await assert.rejects(async () => finding, { code: 'noSuchRoom' })
  await new Promise(resolve => setImmediate(resolve))
  const { size } = fleet.registry.ownRooms
  fleet.registry.closeRooms()
  assert.equal(size, 0)
})
