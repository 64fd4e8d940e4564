import { chmodSync, closeSync, constants, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** What a resolved write outlives: a killed process, or a loss of power too, for disk flushes. */
export type Durability = 'process' | 'power'

/** A symbolic link in place of a file of ours is an error. Windows has no such flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0

export const FLAGS = {
  read: constants.O_RDONLY | NO_FOLLOW,
  overwrite: constants.O_WRONLY | NO_FOLLOW,
  append: constants.O_RDWR | NO_FOLLOW,
  create: constants.O_RDWR | constants.O_CREAT | NO_FOLLOW,
  lines: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW,
  replace: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_FOLLOW,
} as const

/** For the user alone who runs the server. */
const MODES = { file: 0o600, directory: 0o700 } as const

/** The code of a system error, such as `ENOENT`; undefined for any other error. */
export const storeFileErrorCodeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'errno' in error && 'code' in error ? String(error.code) : undefined

export const openStoreFile = (path: string, flags: number): number => openSync(path, flags, MODES.file)

/** Calls `use` with a descriptor to read from. */
export function withStoreFile<Result>(path: string, use: (file: number) => Result): Result {
  const file = openStoreFile(path, FLAGS.read)
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

/** The bytes of a file; undefined when it is missing. */
export function readStoreFile(path: string): Buffer | undefined {
  try {
    return withStoreFile(path, file => readFileSync(file))
  } catch (error) {
    if (storeFileErrorCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a file that is there whole or not at all. */
export async function writeStoreFile(
  path: string,
  content: string | Uint8Array,
  durability: Durability,
): Promise<void> {
  const part = `${path}.part`
  try {
    {
      await using handle = await open(part, FLAGS.replace, MODES.file)
      await handle.writeFile(content)
      if (durability === 'power') await handle.datasync()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}) // the first error says more
    throw error
  }
  if (durability === 'power') await flushStoreDirectory(dirname(path))
}

/** Makes a directory when it is missing, in one that is there. */
export async function makeStoreDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, MODES.directory)
  } catch (error) {
    if (storeFileErrorCodeOf(error) !== 'EEXIST') throw error
  }
}

/**
 * Makes a directory and all that lead to it. The `recursive` of Node never comes back where a
 * directory takes no others, as in /proc: it makes the parent again and again.
 */
export function makeStoreDirectories(path: string): void {
  if (isDirectory(path)) return
  const parent = dirname(resolve(path))
  if (!isDirectory(parent) && parent !== resolve(path)) makeStoreDirectories(parent)
  try {
    mkdirSync(path, MODES.directory)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isDirectory(path)) throw error
  }
}

/**
 * Nobody else may put files where ours belong. In a directory of this user, the others lose the
 * right to write. Returns false for one of another user, who could do anything there; root may use
 * it.
 */
export function keepOthersOut(directory: string): boolean {
  const { mode, uid } = statSync(directory)
  if (isOfAnother(uid)) return false
  if (uid === process.geteuid?.() && (mode & 0o022) !== 0) chmodSync(directory, mode & 0o7755)
  return true
}

/** Whether what has this owner belongs to another user, which is never so for root. */
export function isOfAnother(uid: number): boolean {
  const user = process.geteuid?.() ?? uid // Windows has none
  return user !== 0 && user !== uid
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/**
 * A name outlives a loss of power only once its directory was flushed, which Windows does by
 * itself.
 */
export async function flushStoreDirectory(path: string): Promise<void> {
  if (process.platform !== 'win32') await flushStoreFile(path, FLAGS.read)
}

export async function flushStoreFile(path: string, flags: number = FLAGS.append): Promise<void> {
  await using handle = await open(path, flags)
  await handle.sync()
}
