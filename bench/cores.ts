import { execFileSync, spawnSync } from 'node:child_process'

/** Whether there are two processors, and `taskset` and `chrt` of Linux. */
export const canKeepApart = (): boolean =>
  [0, 1].every(core => spawnSync('taskset', ['--cpu-list', String(core), 'true']).status === 0)

/**
 * Keeps a process with all its present and future threads on one processor, counted from 0. Throws
 * where that is not possible.
 */
export function keepOnCore(core: number, pid: number | undefined): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
    stdio: 'ignore',
  })
}

/**
 * Lets a process with all its threads run only while nobody else wants its processor. Throws where
 * that is not possible.
 */
export function runOnlyWhenIdle(pid: number | undefined): void {
  execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)], { stdio: 'ignore' })
}
