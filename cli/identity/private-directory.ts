import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a directory that only its owner can read, and those that lead to it. Node's own recursive
 * `mkdir` never ends where a file system lets nobody make directories and says that they are not
 * there, as `/proc` does.
 */
export async function makePrivateDirectory(path: string): Promise<void> {
  const missing: string[] = []
  for (let at = resolve(path); !(await isThere(at)); at = dirname(at)) {
    missing.unshift(at)
    if (dirname(at) === at) break
  }
  for (const directory of missing) {
    await mkdir(directory, { mode: 0o700 }).catch(async error => {
      // Another process may have made it meanwhile.
      if (!(await isThere(directory))) throw error
    })
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
