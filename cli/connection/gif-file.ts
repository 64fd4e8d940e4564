import { constants, type Stats } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { LIMITS } from '../../protocol/limits.ts'
import { FileError } from './client-events.ts'

/** Bytes of a GIF file that can be sent, as far as its outside shows; rejects with `FileError`. */
export async function checkGifFile(path: string): Promise<{ readonly bytes: number }> {
  const stats = await statOf(path)
  if (stats.isDirectory()) throw new FileError('directory', `${path} is a directory: name a GIF file in it.`)
  if (!stats.isFile()) throw new FileError('notAFile', `${path} is not an ordinary file.`)
  await access(path, constants.R_OK).catch(() => {
    throw new FileError('notReadable', `${path} can't be read: you lack the permission.`)
  })
  if (stats.size === 0) throw new FileError('empty', `${path} is empty.`)
  if (stats.size > LIMITS.gifBytes) {
    const megabytes = (stats.size / 1024 / 1024).toFixed(1)
    throw new FileError(
      'tooLarge',
      `${path} has ${megabytes} MiB; a GIF may have ${LIMITS.gifBytes / 1024 / 1024} MiB.`,
    )
  }
  if (!(await startsLikeGif(path)))
    throw new FileError('notAGif', `${path} is not a GIF file, whatever its name says.`)
  return { bytes: stats.size }
}

/** A system's error while a file was looked at or read, as a sentence. */
export function fileErrorOf(path: string, error: unknown): FileError {
  if (error instanceof FileError) return error
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FileError('missing', `There is no file ${path}.`)
    case 'EACCES':
    case 'EPERM':
      return new FileError('notReadable', `${path} can't be read: you lack the permission.`)
    case 'ENAMETOOLONG':
      return new FileError('missing', 'This is too long to be the path of a file.')
    default:
      return new FileError('notReadable', `${path} can't be read.`)
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    throw fileErrorOf(path, error)
  }
}

async function startsLikeGif(path: string): Promise<boolean> {
  try {
    await using file = await open(path)
    const start = Buffer.alloc(3)
    await file.read(start, 0, start.length, 0)
    return start.toString('latin1') === 'GIF'
  } catch (error) {
    throw fileErrorOf(path, error)
  }
}
