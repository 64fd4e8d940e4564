import { watch } from 'node:fs'
import { join } from 'node:path'

export const SOURCES = ['protocol', 'gif', 'server', 'cli', 'build.js', 'package.json']
/** An editor and `git checkout` write several files at a time. */
const QUIET_MS = 150

/**
 * Runs a task after each burst of changes to the sources, one at a time, until it is disposed of.
 */
export function watchSources(root: string, task: () => Promise<void>): AsyncDisposable {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      running = running.then(task)
    }, QUIET_MS)
  }
  const watchers = SOURCES.map(path => watch(join(root, path), { recursive: true }, changed))
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
      await running
    },
  }
}
