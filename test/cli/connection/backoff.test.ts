import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from '../../../cli/connection/backoff.ts'

const half = () => 0.5

test('D9, D10: waits double, the server can set one, and a success resets them', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const backoff = new Backoff(half)
  let retries = 0
  const retry = () => retries++
  const waits = [undefined, undefined, 40, undefined].map(retryAfterMs =>
    backoff.retryLater(retry, retryAfterMs),
  )
  assert.deepEqual(waits, [125, 250, 40, 1_000])
  assert.equal(backoff.failures, 4)
  context.mock.timers.tick(999)
  assert.deepEqual([retries, backoff.isWaiting], [0, true])
  context.mock.timers.tick(1)
  assert.deepEqual([retries, backoff.isWaiting], [1, false], 'each wait replaces the one before')
  backoff.resetWaits()
  assert.equal(backoff.retryLater(retry, undefined), 125)
})

test('a cancelled wait never retries, and keeps the count', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const backoff = new Backoff(half)
  backoff.retryLater(() => assert.fail('it was called off'), undefined)
  backoff.cancelRetry()
  context.mock.timers.tick(10_000)
  assert.deepEqual([backoff.failures, backoff.isWaiting], [1, false])
})

test('a connection counts as a success only if it held for as long as the wait before it', () => {
  const backoff = new Backoff(half)
  for (let failure = 0; failure < 3; failure++) backoff.retryLater(() => undefined, undefined)
  backoff.cancelRetry()
  backoff.countHeldConnection(499)
  assert.equal(backoff.failures, 3)
  backoff.countHeldConnection(500)
  assert.equal(backoff.failures, 0)
})

test('a wait rejects when its signal aborts', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const backoff = new Backoff(half)
  const loss = new AbortController()
  const over = backoff.waitForRetry(loss.signal, undefined)
  context.mock.timers.tick(125)
  await over
  const cut = backoff.waitForRetry(loss.signal, undefined)
  loss.abort(new Error('the connection was lost'))
  await assert.rejects(cut, /connection was lost/)
  assert.equal(backoff.isWaiting, false)
  await assert.rejects(backoff.waitForRetry(loss.signal, undefined), /connection was lost/)
})
