import { randomUUID } from 'node:crypto'
import { type Dirent, renameSync } from 'node:fs'
import { open, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Durability, FLAGS, flushStoreDirectory, storeFileErrorCodeOf } from './store-files.ts'

/** What a file is overwritten with, so many bytes at a time. */
const ZEROS = Buffer.alloc(1024 * 1024)

/**
 * A file system that never writes in place needs free space to overwrite: without any, deleting has
 * to do.
 */
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT'])

/**
 * Moves a file or directory to the directory `ended`, whose contents are wiped, by the next start
 * if need be. What somebody else has deleted is gone already.
 */
export function moveStoreFileAway(path: string, ended: string): void {
  try {
    renameSync(path, join(ended, randomUUID()))
  } catch (error) {
    if (storeFileErrorCodeOf(error) !== 'ENOENT') throw error
  }
}

/** Overwrites a file and deletes it. */
export async function wipeStoreFile(path: string, durability: Durability): Promise<void> {
  try {
    await using handle = await open(path, FLAGS.overwrite)
    const { size } = await handle.stat()
    for (let offset = 0; offset < size; offset += ZEROS.length) {
      await handle.write(ZEROS, 0, Math.min(ZEROS.length, size - offset), offset)
    }
    if (durability === 'power') await handle.datasync()
  } catch (error) {
    if (!FULL.has(storeFileErrorCodeOf(error))) throw error
  }
  await unlink(path)
}

/**
 * Wipes and deletes all that is in a directory, one file after the other. What is no file is only
 * unlinked. One that can't be deleted keeps none of the others. The error is thrown at the end.
 */
export async function wipeStoreDirectoryContents(directory: string, durability: Durability): Promise<void> {
  const errors: unknown[] = []
  const wipeEntry = async (entry: Dirent) => {
    const path = join(directory, entry.name)
    if (entry.isFile()) await wipeStoreFile(path, durability)
    else if (entry.isDirectory()) {
      await wipeStoreDirectoryContents(path, durability)
      await rmdir(path)
    } else await unlink(path)
  }
  for (const entry of await readdir(directory, { withFileTypes: true }))
    await wipeEntry(entry).catch(error => errors.push(error))
  if (errors.length > 0) throw errors[0]
  if (durability === 'power') await flushStoreDirectory(directory)
}
