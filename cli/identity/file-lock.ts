import { randomUUID } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** A lock this old, in milliseconds, was left by a process that died: what it guards takes a few. */
const STALE_MS = 2_000
const LOOK_EVERY_MS = 20
const GIVE_UP_MS = 5_000

/** Does `work` while no other process does anything under the same lock file; rejects when the file can't be made. */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + GIVE_UP_MS
  while (!(await tryToLock(path))) {
    await removeStale(path)
    if (Date.now() > deadline) throw new Error(`${path} has been held by another process for too long`)
    await wait(LOOK_EVERY_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function tryToLock(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function removeStale(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined || Date.now() - stats.mtimeMs < STALE_MS) return
  // Renamed first: of two processes that find it stale, only one can have it.
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  await rm(aside, { force: true })
}
