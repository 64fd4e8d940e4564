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
 * unlinked.
 */
export async function wipeStoreDirectoryContents(directory: string, durability: Durability): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isFile()) await wipeStoreFile(path, durability)
    else if (entry.isDirectory()) {
      await wipeStoreDirectoryContents(path, durability)
      await rmdir(path)
    } else await unlink(path)
  }
  if (durability === 'power') await flushStoreDirectory(directory)
}
