import { describe } from 'node:test'
import { Lobby } from '../../../server/chat/lobby.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { FEW_LIMITS, MemoryFleet } from '../../support/memory-fleet.ts'
import { roomAccessContract } from '../chat/room-access-contract.ts'

describe('RoomAccess of a room of this server', () => {
  roomAccessContract(async () => {
    const log = { info: () => {}, warn: () => {} }
    const rooms = new RoomRegistry({
      store: new MemoryStore(),
      lobby: new Lobby(),
      log,
      settings: FEW_LIMITS,
    })
    return { opens: rooms, asks: rooms, [Symbol.asyncDispose]: async () => rooms.closeRooms() }
  })
})

describe('RoomAccess of a room of another node', () => {
  roomAccessContract(async () => {
    const fleet = await MemoryFleet.start()
    return {
      opens: fleet.first.directory,
      asks: fleet.second.directory,
      [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
    }
  })
})
