import { randomUUID } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** The times around a lock, in milliseconds. */
interface LockTimes {
  /** The holder touches its lock this often while it works. */
  readonly touchEveryMs: number
  /** A lock that was not touched for so long belongs to a process that died. */
  readonly staleMs: number
  readonly lookEveryMs: number
  readonly giveUpMs: number
}

const LOCK_TIMES: LockTimes = { touchEveryMs: 250, staleMs: 2_000, lookEveryMs: 20, giveUpMs: 5_000 }

/**
 * Does `work` while no other process holds the lock file. Rejects if the file can't be made, or
 * if another process has held it for too long.
 */
export async function withTokenFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  times: LockTimes = LOCK_TIMES,
): Promise<Result> {
  const lock = await takeLock(path, times)
  const touching = setInterval(() => {
    const now = new Date()
    lock.utimes(now, now).catch(() => undefined)
  }, times.touchEveryMs)
  try {
    return await work()
  } finally {
    clearInterval(touching)
    await releaseLock(path, lock)
  }
}

async function takeLock(path: string, { staleMs, lookEveryMs, giveUpMs }: LockTimes): Promise<FileHandle> {
  const startedAt = performance.now()
  let seen: { readonly found: BigIntStats; readonly at: number } | undefined
  for (;;) {
    const lock = await tryToLock(path)
    if (lock !== undefined) return lock
    const found = await inodeOf(path)
    const now = performance.now()
    // A clock that somebody sets would make a lock older or younger than it is.
    if (found === undefined) seen = undefined
    else if (seen === undefined || found.ino !== seen.found.ino || found.mtimeNs !== seen.found.mtimeNs)
      seen = { found, at: now }
    else if (now - seen.at >= staleMs) await removeStale(path, found)
    if (now - startedAt > giveUpMs) throw new Error(`${path} has been held by another process for too long`)
    await wait(lookEveryMs)
  }
}

async function tryToLock(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw error
  }
}

async function removeStale(path: string, found: BigIntStats): Promise<void> {
  // Several processes may find the lock stale. Only one of them can rename it.
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  const taken = await inodeOf(aside)
  // Another process was faster, and this is its new lock. Put it back, unless somebody has taken
  // the lock meanwhile.
  if (taken !== undefined && taken.ino !== found.ino) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

/** Removes the lock if it is still ours. A process that was stopped for a while has lost it. */
async function releaseLock(path: string, lock: FileHandle): Promise<void> {
  const [ours, found] = await Promise.all([lock.stat({ bigint: true }), inodeOf(path)])
  await lock.close()
  if (found?.ino === ours.ino) await rm(path, { force: true })
}

const inodeOf = (path: string) => stat(path, { bigint: true }).catch(() => undefined)
