import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { PendingRequests } from '../../../cli/connection/pending-requests.ts'

test('C4 an answer to a join with a password may take a minute, and others ten seconds', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const requests = new PendingRequests(() => {}, 10_000)
  const failed: string[] = []
  const join = (name: string, password?: string) =>
    requests.ask({ type: 'chat.join', room: 'r1', password }).catch(() => failed.push(name))
  void join('open')
  void join('locked', 'tangerine')
  context.mock.timers.tick(10_000)
  await turn()
  assert.deepEqual(failed, ['open'])
  context.mock.timers.tick(49_999)
  await turn()
  assert.deepEqual(failed, ['open'])
  context.mock.timers.tick(1)
  await turn()
  assert.deepEqual(failed, ['open', 'locked'])
})

test('an ack of another room or message is none', async () => {
  const requests = new PendingRequests(() => undefined, 10_000)
  const ids = { room: 'r1', clientMessageId: 'm1' }
  const acked = requests.ask({ type: 'chat.send', ...ids, text: 'hello' })
  const ack = { type: 'chat.ack', id: '1', ...ids, seq: 1, createdAt: 1 } as const
  assert.equal(requests.settleAnswer({ ...ack, room: 'r2' }), 'wrong')
  assert.equal(requests.settleAnswer({ ...ack, clientMessageId: 'm2' }), 'wrong')
  assert.equal(requests.settleAnswer(ack), 'settled')
  assert.equal((await acked).seq, 1)
})
