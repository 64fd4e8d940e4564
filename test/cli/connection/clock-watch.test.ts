import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchClock } from '../../../cli/connection/clock-watch.ts'

const LOOK_MS = 1_000

test('a jump of the clock is told once, in both directions, and a busy moment is none', context => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  let clock = 1_000_000
  let jumps = 0
  const stop = watchClock(
    () => jumps++,
    () => clock,
  )
  const look = (passedMs: number) => {
    clock += passedMs
    context.mock.timers.tick(LOOK_MS)
    return jumps
  }
  assert.deepEqual([1_000, 4_000, 900, 7_200_000, 1_000, -7_200_000, 1_000].map(look), [0, 0, 0, 1, 1, 2, 2])
  stop()
  assert.equal(look(7_200_000), 2)
})
