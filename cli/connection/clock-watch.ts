const LOOK_EVERY_MS = 1_000
/** By so much a clock has to be off what was expected, to be more than a busy moment. */
const JUMP_MS = 5_000

/**
 * Calls `onJump` when time went by that this program did not see, or when somebody set the clock:
 * the lid of a laptop was closed, or a machine stood still. A connection may be dead since then,
 * and no timer has counted that time. Returns the function that ends the watch.
 */
export function watchClock(onJump: () => void, readClock: () => number = Date.now): () => void {
  let lookedAt = readClock()
  const timer = setInterval(() => {
    const at = readClock()
    const isJump = Math.abs(at - lookedAt - LOOK_EVERY_MS) > JUMP_MS
    lookedAt = at
    if (isJump) onJump()
  }, LOOK_EVERY_MS)
  // It must not keep a program that is done with everything else.
  timer.unref()
  return () => clearInterval(timer)
}
