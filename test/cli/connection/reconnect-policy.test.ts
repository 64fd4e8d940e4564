import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  RECONNECT,
  reconnectAttemptAfterLoss,
  reconnectDelay,
} from '../../../cli/connection/reconnect-policy.ts'

const almostOne = () => 1 - Number.EPSILON

test('D10: the wait has full jitter, and doubles from 250 ms up to 4 s, and is up to 15 s after half a minute', () => {
  const widest = Array.from({ length: 18 }, (_, attempt) => reconnectDelay(attempt, almostOne) + 1)
  assert.deepEqual(widest, [250, 500, 1_000, 2_000, ...Array(12).fill(4_000), 15_000, 15_000])
  assert.equal(
    reconnectDelay(5, () => 0),
    0,
  )
  assert.equal(
    reconnectDelay(2, () => 0.5),
    500,
  )
  assert.equal(
    reconnectDelay(10_000, () => 0.5),
    RECONNECT.longestMs / 2,
  )
})

test('D9: a wait that the server asks for is used as it is', () => {
  assert.equal(reconnectDelay(7, almostOne, 40), 40)
  assert.equal(reconnectDelay(0, almostOne, 60_000), 60_000)
  assert.equal(reconnectDelay(0, almostOne, -5), 0)
})

test('a connection that held for less than the wait before it does not reset the waits', () => {
  assert.equal(reconnectAttemptAfterLoss(4, 1_000, 4_000), 0)
  assert.equal(reconnectAttemptAfterLoss(4, 999, 4_000), 4)
  assert.equal(reconnectAttemptAfterLoss(4, 500, 500), 0)
  assert.equal(reconnectAttemptAfterLoss(4, 499, 500), 4)
  assert.equal(reconnectAttemptAfterLoss(1, 100, 0), 1)
})
