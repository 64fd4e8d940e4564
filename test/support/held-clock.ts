import type { TestContext } from 'node:test'

/**
 * Holds still the clock that nobody sets, by which this process measures elapsed time, until the
 * test ends. The returned function lets time pass.
 */
export function holdClock(context: TestContext): (milliseconds: number) => void {
  let now = performance.now()
  context.mock.method(performance, 'now', () => now)
  return milliseconds => {
    now += milliseconds
  }
}
