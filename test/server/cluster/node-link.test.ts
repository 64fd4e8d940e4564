import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeEnvelope, type WireItem } from '../../../server/cluster/envelope.ts'
import { NodeLink } from '../../../server/cluster/node-link.ts'

test('nobody waits for a node that falls silent before the beat after its first words', async context => {
  const clock = { now: 1e6 }
  context.mock.method(performance, 'now', () => clock.now)
  const broken: NodeLink[] = []
  const link = new NodeLink('other', {
    self: 'this',
    wire: { isUp: true, sendEnvelope: () => {} },
    receiver: { receiveItem: () => {}, linkBroke: link => broken.push(link) },
  })
  clock.now += 2_001
  link.beat()
  link.openLink()
  const request = { kind: 'isPresent', room: 'room', user: 'ann' } as const
  const refused = assert.rejects(
    link.ask(request, 'present', () => {}),
    { code: 'unavailable' },
  )
  clock.now += 1_000
  link.beat()
  await refused
  assert.equal(broken.at(-1), link)
})

const OWNER = { id: 'owner', color: '#112233' }
const roomOf = (number: number) => ({
  ...{ id: `room${number}`, title: 'a title of thirty characters..', people: 3, max: 10 },
  ...{ hasPassword: false, owner: OWNER, createdAt: 1_700_000_000_000 },
})

for (const [what, count, itemOf] of [
  ['acks', 20_001, id => ({ kind: 'posted', id: id + 1, seq: 1, createdAt: 1, isDuplicate: false })],
  ['leaves', 20_001, id => ({ kind: 'leave', room: 'room', member: id + 1 })],
  [
    'times 500 rooms of the lobby',
    240,
    id => {
      const rooms = Array.from({ length: 500 }, (_, number) => roomOf(500 * id + number))
      return { kind: 'roomsListed', isFirst: id === 0, isLast: id === 239, rooms }
    },
  ],
] as const satisfies readonly (readonly [string, number, (id: number) => WireItem])[]) {
  test(`${count} ${what} in one turn go out in envelopes that are understood`, async () => {
    const received: WireItem[] = []
    const problems: string[] = []
    const sendEnvelope = (_: string, bytes: Buffer) => {
      const envelope = decodeEnvelope(bytes)
      if ('problem' in envelope) problems.push(envelope.problem)
      else for (const { item } of envelope.parcels) received.push(item)
    }
    const link = new NodeLink('other', {
      self: 'this',
      wire: { isUp: true, sendEnvelope },
      receiver: { receiveItem: () => {}, linkBroke: () => {} },
    })
    link.openLink()
    const items = Array.from({ length: count }, (_, id) => itemOf(id))
    for (const item of items) link.sendItem(item)
    await new Promise(resolve => setImmediate(resolve))
    assert.deepEqual(problems, [])
    assert.deepEqual(received, items)
  })
}

test('an item that may wait goes out with the next one, in its order, or after a while', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const envelopes: (readonly string[])[] = []
  const sendEnvelope = (_: string, bytes: Buffer) => {
    const envelope = decodeEnvelope(bytes)
    assert.ok(!('problem' in envelope))
    envelopes.push(envelope.parcels.map(({ item, body }) => `${item.kind} ${body}`))
  }
  const link = new NodeLink('other', {
    self: 'this',
    wire: { isUp: true, sendEnvelope },
    receiver: { receiveItem: () => {}, linkBroke: () => {} },
  })
  link.openLink()
  const sendFrames = (text: string) =>
    link.sendItem({ kind: 'frames', room: 'room', lastSeq: 1, bytes: text.length }, Buffer.from(text), true)
  const turn = () => new Promise(resolve => setImmediate(resolve))
  sendFrames('one')
  await turn()
  assert.deepEqual(envelopes, [])
  link.sendItem({ kind: 'posted', id: 1, seq: 1, createdAt: 1, isDuplicate: false })
  await turn()
  assert.deepEqual(envelopes, [['frames one', 'posted ']])
  sendFrames('two')
  await turn()
  context.mock.timers.runAll()
  assert.deepEqual(envelopes.slice(1), [['frames two']])
})
