import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Keeps a process, with all threads that it has and will have, on one processor, counted from 0. False where that can't be
 * done: it takes Linux' `taskset` and a second processor.
 */
export function keepOnCore(core: number, pid: number | undefined): boolean {
  if (pid === undefined || availableParallelism() < 2) return false
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
