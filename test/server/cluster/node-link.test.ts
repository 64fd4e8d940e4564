import assert from 'node:assert/strict'
import { test } from 'node:test'
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
