import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { KeptGifBytes } from '../../gif/gif-bytes.ts'
import { gifLimits } from '../../gif/gif-limits.ts'
import { GifRefusal } from '../../gif/gif-refusal.ts'
import { GifWalker } from '../../gif/gif-walker.ts'
import { FileError } from './file-error.ts'
import { findRealFile, type RealFilePath } from './real-file.ts'

/**
 * Finds a GIF file and checks it for every fault for which a server that takes `mostBytes` would
 * refuse it. Rejects with `FileError`.
 */
export async function checkGifFile(
  path: string,
  mostBytes: number,
): Promise<{ readonly file: RealFilePath; readonly bytes: number }> {
  const file = await findRealFile(path)
  const stats = await statOf(path, file)
  if (stats.isDirectory()) throw new FileError('directory', path)
  if (!stats.isFile()) throw new FileError('notAFile', path)
  if (stats.size === 0) throw new FileError('empty', path)
  await walkFile(path, file, stats.size, mostBytes)
  return { file, bytes: stats.size }
}

/** The `FileError` for an error of the system while a file was read. */
export function fileErrorOf(path: string, error: unknown): FileError {
  if (error instanceof FileError) return error
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return new FileError('missing', path)
    default:
      return new FileError('notReadable', path)
  }
}

async function statOf(path: string, file: RealFilePath): Promise<Stats> {
  try {
    return await stat(file)
  } catch (error) {
    throw fileErrorOf(path, error)
  }
}

async function walkFile(path: string, file: RealFilePath, bytes: number, mostBytes: number): Promise<void> {
  const kept = new KeptGifBytes(new Uint8Array(Math.min(bytes, mostBytes)))
  const walker = new GifWalker(gifLimits(mostBytes), kept)
  try {
    for await (const chunk of createReadStream(file)) walker.walkChunk(chunk)
    walker.endWalk()
  } catch (error) {
    if (error instanceof GifRefusal) throw new FileError(error.reason, path, { bytes, mostBytes })
    throw fileErrorOf(path, error)
  }
}
