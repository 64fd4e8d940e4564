import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Lobby } from '../../../server/chat/lobby.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { FEW_LIMITS, MemoryFleet } from '../../support/memory-fleet.ts'
import { connectionOf, roomAccessContract } from '../chat/room-access-contract.ts'

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

test('C4 whoever has shown the password is known as seated to other nodes before the answer', async () => {
  await using fleet = await MemoryFleet.start()
  const options = { title: 'room', max: 10, password: 'tangerine' }
  const opener = { id: 'opener', color: '#112233' }
  const { id } = await fleet.first.directory.createRoom(opener, '192.0.2.1', options)
  for (const [index, { directory }] of [fleet.first, fleet.second].entries()) {
    const people = [connectionOf(`ann${index}`), connectionOf(`ben${index}`)]
    const room = await directory.findRoom(id)
    const join = async ({ member }: ReturnType<typeof connectionOf>) => {
      const isKept = () => fleet.seated.get(id)?.some(user => user.id === member.user.id)
      let wasKept: boolean | undefined
      await room.join(member, { password: 'tangerine' }, () => {
        wasKept = isKept()
      })
      assert.equal(wasKept, true)
    }
    await Promise.all(people.map(join))
  }
})
