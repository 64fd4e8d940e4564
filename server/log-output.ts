import { writeSync } from 'node:fs'

/** How often, and after how many milliseconds, a pipe that is full for now is tried again. */
const RETRY = { times: 10, waitMs: 10 }
const clock = new Int32Array(new SharedArrayBuffer(4))

/**
 * Where the log goes. Each line is written at once, so that none is missing after a crash. A line
 * that can't be written, such as on a full disk, is lost: that must neither end the server nor fill
 * its memory.
 */
export const logOutput = (descriptor: number): { write(line: string): void } => ({
  write(line) {
    let rest: Buffer = Buffer.from(line)
    for (let tries = 0; rest.length > 0 && tries < RETRY.times; ) {
      try {
        rest = rest.subarray(writeSync(descriptor, rest))
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
        Atomics.wait(clock, 0, 0, RETRY.waitMs)
        tries++
      }
    }
  },
})
