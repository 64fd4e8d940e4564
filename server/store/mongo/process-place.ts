import { readFileSync, readlinkSync } from 'node:fs'

/**
 * Names this process on its machine since the machine's start, if the system tells that. Inside a
 * container a number of a process means nothing without its namespace.
 */
export function placeOfThisProcess(): string {
  const namespace = processNamespace()
  return namespace === undefined ? '' : `${namespace} ${process.pid}`
}

/** Whether the process that wrote `place` has surely ended. False in doubt. */
export function hasProcessEnded(place: string): boolean {
  const [, namespace, pid] = /^(.+) (\d+)$/.exec(place) ?? []
  if (pid === undefined || namespace !== processNamespace()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

function processNamespace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}
