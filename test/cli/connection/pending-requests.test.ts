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
