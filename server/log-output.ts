import { constants, copyFileSync, fchmodSync, fstatSync, ftruncateSync, rmSync, writeSync } from 'node:fs'
import type { LogFormat } from './thread-report.ts'

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

/** A line of the log for people: `12:00:00.000 info  somebody came  connection=1 …`. */
export function prettyLogLine(json: string): string {
  const { time, level, msg, ...details }: Readonly<Record<string, unknown>> = JSON.parse(json)
  const words = Object.entries(details).map(([name, value]) => `${name}=${plainValue(value)}`)
  const start = `${String(time).replace('T', ' ')} ${String(level).padEnd(5)} ${msg}`
  return `${words.length === 0 ? start : `${start}  ${words.join(' ')}`}\n`
}

/**
 * A value on one line. What a client says of itself can hold anything, also what would write to the
 * operator's terminal.
 */
function plainValue(value: unknown): string {
  const text = typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** A line as the log has it, for what is said elsewhere than in the log. */
export function logLineOf(msg: string, details: object, format: LogFormat): string {
  const json = JSON.stringify({ level: 'info', time: new Date().toISOString(), ...details, msg })
  return format === 'pretty' ? prettyLogLine(json) : `${json}\n`
}
