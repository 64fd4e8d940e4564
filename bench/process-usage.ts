import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds of a tick in /proc/PID/stat: USER_HZ is 100 on every Linux that Node.js runs on. */
const TICK_MICROSECONDS = 10_000

/**
 * Microseconds of processor time, user and system, that a process has used: the larger of two accounts, for neither says
 * too much. The scheduler's counts in nanoseconds but forgets threads that ended; /proc/PID/stat counts them, in ticks of 10 ms.
 */
export function cpuMicroseconds(pid: number): number {
  const all = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) * TICK_MICROSECONDS
  return Math.max(all, livingMicroseconds(pid))
}

/** What the threads that live have used; 0 where the kernel keeps no such account. */
function livingMicroseconds(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const nanoseconds = threads.map(thread =>
      parseSchedstat(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
    )
    return nanoseconds.reduce((sum, time) => sum + time, 0) / 1_000
  } catch {
    return 0
  }
}

/** Nanoseconds on a processor, from the text of /proc/PID/task/TID/schedstat. */
export function parseSchedstat(text: string): number {
  return Number(/^\d+/.exec(text)?.[0])
}

/** Ticks of user and system time, from the text of /proc/PID/stat; a program's name may hold spaces and brackets. */
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
