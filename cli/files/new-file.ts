import { open, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FileError, type FileProblem } from './file-error.ts'

const REASONS: Readonly<Record<string, FileProblem>> = {
  EEXIST: 'exists',
  EISDIR: 'directory',
  ENOENT: 'noDirectory',
  ENOTDIR: 'noDirectory',
  ENAMETOOLONG: 'noDirectory',
  ENOSPC: 'diskFull',
  EDQUOT: 'diskFull',
}

/**
 * Writes a new file, whole or not at all, and never overwrites one. Returns its full path, or
 * rejects with `FileError`.
 */
export async function writeNewFile(path: string, bytes: Uint8Array, mode = 0o666): Promise<string> {
  const full = resolve(path)
  try {
    const file = await open(full, 'wx', mode)
    try {
      await file.writeFile(bytes)
    } catch (error) {
      await unlink(full)
      throw error
    } finally {
      await file.close()
    }
    return full
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new FileError(REASONS[code] ?? 'notWritable', full)
  }
}
