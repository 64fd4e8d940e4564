import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds of a tick in /proc/PID/stat. USER_HZ is 100 on every Linux that Node.js runs on. */
const TICK_MICROSECONDS = 10_000

/** What the kernel has counted for a process so far. See `cpuMicrosecondsSince`. */
interface CpuReading {
  /** Of the whole process, including threads that have ended. */
  readonly ticks: number
  /** Nanoseconds of each living thread. Empty where the kernel does not count them. */
  readonly threads: ReadonlyMap<string, number>
}

/** Before a process has begun. */
export const BEFORE_ITS_START: CpuReading = { ticks: 0, threads: new Map() }

export function readCpu(pid: number): CpuReading {
  return { ticks: parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')), threads: readThreads(pid) }
}

/**
 * Microseconds of user and system time that a process has used since `before`. The sum over its
 * threads is exact, but lacks threads that ended meanwhile. So the count in ticks is taken when it
 * is larger by more than its rounding.
 */
export function cpuMicrosecondsSince(pid: number, before: CpuReading): number {
  const { ticks, threads } = readCpu(pid)
  const whole = (ticks - before.ticks) * TICK_MICROSECONDS
  if (threads.size === 0 || before.threads.size === 0) return whole
  let nanoseconds = 0
  for (const [thread, time] of threads) nanoseconds += time - (before.threads.get(thread) ?? 0)
  const living = nanoseconds / 1_000
  return whole - TICK_MICROSECONDS > living ? whole : living
}

function readThreads(pid: number): ReadonlyMap<string, number> {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return new Map(
      threads.map(thread => [
        thread,
        parseSchedstat(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
      ]),
    )
  } catch {
    return new Map()
  }
}

/** Nanoseconds on a processor, from the text of /proc/PID/task/TID/schedstat. */
export function parseSchedstat(text: string): number {
  return Number(/^\d+/.exec(text)?.[0])
}

/**
 * Ticks of user and system time, from the text of /proc/PID/stat. The program's name in it may have
 * spaces and brackets.
 */
export function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return parseResident(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

/** Bytes, from the text of /proc/PID/status. */
export function parseResident(text: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1_024
}
