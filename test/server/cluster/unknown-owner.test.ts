import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeId } from '../../../server/chat/room-owners.ts'
import { decodeEnvelope, type WireItem } from '../../../server/cluster/envelope.ts'
import { NodeLink } from '../../../server/cluster/node-link.ts'
import { RemoteRoom } from '../../../server/cluster/remote-room.ts'
import { connectionOf } from '../chat/room-access-contract.ts'

const BEN = { id: 'ben', color: '#445566' }
const SUMMARY = {
  ...{ id: 'room', title: 'room', people: 1, max: 10, hasPassword: false, owner: BEN },
  createdAt: 1,
}

/** What a living owner answers to what is asked here. */
function answerTo(item: WireItem): WireItem | undefined {
  if (item.kind === 'join') {
    const { id } = item
    const people = { members: [BEN], connections: 1 }
    return { kind: 'joined', id, room: SUMMARY, ...people, lastSeq: 0, gap: false, bytes: 0 }
  }
  if (item.kind !== 'attach') return undefined
  return { kind: 'attached', id: item.id, members: [BEN], refused: [], lastSeq: 0, gap: false, bytes: 0 }
}

test('a room is looked for again when its new owner died before this node saw it', {
  timeout: 30_000,
}, async () => {
  const attached = Promise.withResolvers<NodeId>()
  const linkTo = (peer: NodeId): NodeLink => {
    let count = 0
    const sendEnvelope = (_: NodeId, bytes: Buffer) => {
      const envelope = decodeEnvelope(bytes)
      assert.ok(!('problem' in envelope))
      for (const { item } of envelope.parcels) {
        if (item.kind === 'attach') attached.resolve(peer)
        const answer = answerTo(item)
        if (answer === undefined) continue
        const parcels = [{ item: answer, body: Buffer.alloc(0) }]
        setImmediate(() => link.receiveEnvelope({ from: peer, count: ++count, parcels }))
      }
    }
    const receiver = { receiveItem: () => {}, linkBroke: () => {} }
    const link: NodeLink = new NodeLink(peer, { self: 'edge', wire: { isUp: true, sendEnvelope }, receiver })
    return link
  }
  const openLinkTo = (peer: NodeId): NodeLink => {
    const link = linkTo(peer)
    link.openLink()
    return link
  }
  const first = openLinkTo('first')
  const owners = [linkTo('dead')]
  const room = new RemoteRoom('room', first, {
    store: { saveGif: assert.fail, findGif: assert.fail, readGif: assert.fail },
    nextMemberNumber: () => 1,
    findOwner: async () => owners.shift() ?? openLinkTo('second'),
    keepRemoteRoom: () => true,
    forgetRemoteRoom: () => {},
  })
  await room.join(connectionOf('ben').member, {}, () => {})
  first.closeLink()
  // The timers of a node that waits for an owner do not keep it alive.
  const alive = setInterval(() => {}, 1_000)
  room.detach()
  assert.equal(await attached.promise, 'second')
  clearInterval(alive)
})
