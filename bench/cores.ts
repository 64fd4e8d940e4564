import { execFileSync, spawnSync } from 'node:child_process'

/** Whether there is a second processor to have, and Linux' `taskset`. */
export const canKeepApart = (): boolean =>
  [0, 1].every(core => spawnSync('taskset', ['--cpu-list', String(core), 'true']).status === 0)

/** Keeps a process, with all threads that it has and will have, on one processor, counted from 0; throws where it can't. */
export function keepOnCore(core: number, pid: number | undefined): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
    stdio: 'ignore',
  })
}
