import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lobby } from '../../../server/chat/lobby.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'
import { NodeLink } from '../../../server/cluster/node-link.ts'
import { RemoteMembers } from '../../../server/cluster/remote-members.ts'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { FEW_LIMITS } from '../../support/memory-fleet.ts'

const [ANN, BEN] = [
  { id: 'ann', color: '#112233' },
  { id: 'ben', color: '#445566' },
]

test('C4 the number of a member is no way in for somebody else, or in another role', async () => {
  const log = { info: () => {}, warn: () => {} }
  const settings = FEW_LIMITS
  const rooms = new RoomRegistry({ store: new MemoryStore(), lobby: new Lobby(), log, settings })
  const { id } = await rooms.createRoom(ANN, '192.0.2.1', { title: 'room', max: 10 })
  const room = rooms.findRoom(id)
  const link = new NodeLink('edge', {
    self: 'owner',
    wire: { isUp: true, sendEnvelope: () => {} },
    receiver: { receiveItem: () => {}, linkBroke: () => {} },
  })
  const members = new RemoteMembers()
  const ann = members.memberOf(link, room, 1, { user: ANN, role: 'person' })
  assert.ok(ann !== undefined)
  assert.equal(members.memberOf(link, room, 1, { user: ANN, role: 'person' }), ann)
  assert.equal(members.memberOf(link, room, 1, { user: BEN, role: 'person' }), undefined)
  assert.equal(members.memberOf(link, room, 1, { user: ANN, role: 'observer' }), undefined)
  assert.notEqual(members.memberOf(link, room, 2, { user: BEN, role: 'person' }), undefined)
  rooms.closeRooms()
})

test('frames that may wait for more go to another node together with those', async () => {
  const log = { info: () => {}, warn: () => {} }
  const settings = FEW_LIMITS
  const rooms = new RoomRegistry({ store: new MemoryStore(), lobby: new Lobby(), log, settings })
  const { id } = await rooms.createRoom(ANN, '192.0.2.1', { title: 'room', max: 10 })
  const envelopes: Buffer[] = []
  const link = new NodeLink('edge', {
    self: 'owner',
    wire: { isUp: true, sendEnvelope: (_, envelope) => void envelopes.push(envelope) },
    receiver: { receiveItem: () => {}, linkBroke: () => {} },
  })
  link.openLink()
  const member = new RemoteMembers().memberOf(link, rooms.findRoom(id), 1, { user: ANN, role: 'person' })
  const turn = () => new Promise(resolve => setImmediate(resolve))
  member?.deliverFrames(Buffer.from('one,'), true)
  await turn()
  assert.equal(envelopes.length, 0)
  member?.deliverFrames(Buffer.from('two'))
  await turn()
  assert.deepEqual(
    envelopes.map(envelope => envelope.toString().split('\n')[1]),
    ['one,two'],
  )
  rooms.closeRooms()
})
