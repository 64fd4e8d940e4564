import { constants, copyFileSync, fchmodSync, fstatSync, ftruncateSync, rmSync, writeSync } from 'node:fs'

/** How often, and after how many milliseconds, a pipe that is full for now is tried again. */
const RETRY = { times: 10, waitMs: 10 }
const clock = new Int32Array(new SharedArrayBuffer(4))

/** A log in a file that would be larger begins anew, and the old one is kept beside it. */
const LARGEST_LOG_BYTES = 4 * 1024 * 1024

interface LogOutput {
  write(line: string): void
}

/**
 * Where the log goes. Each line is written at once, so that none is missing after a crash. A line
 * that can't be written, such as on a full disk, is lost: that must neither end the server nor fill
 * its memory.
 */
export const logOutput = (descriptor: number): LogOutput => ({
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

/**
 * Writes to a file that is open for appending, and keeps it within a size. What was there moves to
 * `<file>.old`. The file itself stays the same one, because the process writes its last words there
 * by its standard error.
 */
export function boundedLogOutput(
  descriptor: number,
  file: string,
  largestBytes = LARGEST_LOG_BYTES,
): LogOutput {
  const output = logOutput(descriptor)
  // Only its user reads who was here, also in a file that an earlier version made.
  fchmodSync(descriptor, 0o600)
  return {
    write(line) {
      if (fstatSync(descriptor).size + Buffer.byteLength(line) > largestBytes) beginAnew()
      output.write(line)
    },
  }

  function beginAnew(): void {
    const old = `${file}.old`
    try {
      // Nothing that lies there is written to, also where a link leads from there.
      rmSync(old, { force: true })
      copyFileSync(file, old, constants.COPYFILE_EXCL)
    } catch {
      // The disk is full. A part of the log would tell less than it costs.
      rmSync(old, { force: true })
    }
    ftruncateSync(descriptor)
  }
}
