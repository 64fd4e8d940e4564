import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { basename } from 'node:path'
import { terminalSafeText } from '../terminal/terminal-safe-text.ts'

/** A path as the system has it: bytes, where they are no UTF-8 and so no text. */
export type RealFilePath = string | Buffer

/** An entry of a directory. */
interface DirectoryEntry {
  /** Its name as the system has it. */
  readonly bytes: Buffer
  readonly dirent: Dirent
}

/** The most names that are read: a directory may have millions of files. */
const MOST_NAMES = 10_000

/**
 * A file's name as people see and type it. A Mac writes 한글 in other code points (NFD) than a
 * keyboard does, and puts U+202F into the time of a screenshot. Bytes that are no UTF-8 are taken
 * for Latin-1.
 */
export function seenFileName(name: RealFilePath): string {
  return terminalSafeText(typeof name === 'string' ? name : textOf(name)).replace(/\p{Zs}/gu, ' ')
}

const textOf = (bytes: Buffer): string =>
  new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252').decode(bytes)

/** The last name in a path, as people see it. */
export const seenNameOfFile = (path: RealFilePath): string =>
  seenFileName(typeof path === 'string' ? basename(path) : path.subarray(path.lastIndexOf('/') + 1))

/** The path of an entry of a directory. */
export function realPathIn(directory: RealFilePath, name: Buffer): RealFilePath {
  const start = Buffer.from(directory)
  const slash = start.length === 0 || start.at(-1) === 0x2f ? '' : '/'
  const path = Buffer.concat([start, Buffer.from(slash), name])
  return isUtf8(path) ? path.toString() : path
}

/** Reads a directory, with each name in bytes. */
export async function* readDirectory(path: RealFilePath): AsyncGenerator<DirectoryEntry> {
  let names = 0
  // Node takes `buffer` here too, though its types do not say so. The names are then buffers.
  const encoding = 'buffer' as BufferEncoding
  for await (const dirent of await opendir(path, { encoding, bufferSize: 256 })) {
    yield { bytes: Buffer.from(dirent.name), dirent }
    if (++names === MOST_NAMES) break
  }
}

/** Whether there is a file that `findRealFile` finds for this path. */
export const isFileThere = async (path: string): Promise<boolean> => isThere(await findRealFile(path))

/**
 * The file that was meant by a path. Names are compared as people see them, but a file of exactly
 * this name comes first. Returns the path itself where there is no such file.
 */
export async function findRealFile(path: string): Promise<RealFilePath> {
  if (process.platform === 'win32' || path === '' || (await isThere(path))) return path
  let found: RealFilePath = path.startsWith('/') ? '/' : ''
  for (const name of path.split('/')) {
    if (name === '') continue
    const next = await findName(found, name)
    if (next === undefined) return path
    found = next
  }
  return found
}

async function isThere(path: RealFilePath): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch {
    return false
  }
}

async function findName(directory: RealFilePath, name: string): Promise<RealFilePath | undefined> {
  const exact = realPathIn(directory, Buffer.from(name))
  if (await isThere(exact)) return exact
  const seen = seenFileName(name)
  let first: Buffer | undefined
  try {
    for await (const { bytes } of readDirectory(directory === '' ? '.' : directory)) {
      // Node gives an argument that is no UTF-8 with U+FFFD in the place of each wrong byte.
      const isMeant = bytes.toString() === name || seenFileName(bytes) === seen
      // The same one each time, in whatever order the system lists them.
      if (isMeant && (first === undefined || bytes.compare(first) < 0)) first = bytes
    }
  } catch {
    return undefined
  }
  return first === undefined ? undefined : realPathIn(directory, first)
}
