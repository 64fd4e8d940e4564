import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import {
  DataDirectoryError,
  DataDirectoryInUseError,
  type DataDirectoryProblem,
} from './data-directory-error.ts'
import { type DirectoryLock, lockDataDirectory } from './data-directory-lock.ts'
import {
  type Durability,
  flushStoreDirectory,
  keepOthersOut,
  makeStoreDirectories,
  makeStoreDirectory,
  storeFileErrorCodeOf,
} from './store-files.ts'

const ELSEWHERE = 'choose another directory with --data or GIFCHAT_DATA'

/** A data directory that is ours until `lock` is released or the process is killed. */
export interface DataDirectory {
  readonly lock: DirectoryLock
  readonly secret: string
  /** Written and removed again, to see whether anything can be. */
  readonly check: string
  readonly rooms: string
  /** Of rooms that ended: what is here is wiped. */
  readonly ended: string
}

/**
 * Makes what is missing of a data directory, and locks it. Rejects with `DataDirectoryError`, which
 * is a `DataDirectoryInUseError` when another server is there.
 */
export async function openDataDirectory(directory: string, durability: Durability): Promise<DataDirectory> {
  const paths = {
    secret: join(directory, 'secret'),
    check: join(directory, 'rooms', 'check'),
    rooms: join(directory, 'rooms'),
    ended: join(directory, 'ended'),
  }
  let lock: DirectoryLock | undefined
  try {
    makeStoreDirectories(directory)
    lock = await lockDataDirectory(directory)
    if (lock === undefined) {
      throw new DataDirectoryInUseError(
        'inUse',
        directory,
        `Another gifchat server is using ${directory}: stop it, or ${ELSEWHERE}.`,
      )
    }
    if (!keepOthersOut(directory))
      throw new DataDirectoryError(
        'ofAnother',
        directory,
        `${directory} belongs to another user: take it over, or ${ELSEWHERE}.`,
      )
    for (const path of [paths.rooms, paths.ended]) {
      await makeStoreDirectory(path)
      if (!lstatSync(path).isDirectory())
        throw new DataDirectoryError(
          'notADirectory',
          path,
          `${path} is not a directory: move it away, or ${ELSEWHERE}.`,
        )
    }
    if (durability === 'power') await flushStoreDirectory(directory)
    return { ...paths, lock }
  } catch (error) {
    await lock?.release()
    throw error instanceof DataDirectoryError ? error : fileSystemError(directory, error)
  }
}

function fileSystemError(directory: string, cause: unknown): DataDirectoryError {
  const code = storeFileErrorCodeOf(cause) ?? String(cause)
  const say = (problem: DataDirectoryProblem, sentence: string) =>
    new DataDirectoryError(problem, directory, sentence, { code, cause })
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return say('notADirectory', `${directory} is not a directory: ${ELSEWHERE}.`)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return say('notWritable', `gifchat may not write in ${directory}: allow it, or ${ELSEWHERE}.`)
    default:
      return say('notUsable', `Can't use ${directory} for gifchat's data (${code}): ${ELSEWHERE}.`)
  }
}
