import type { Dirent } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { typedFilePath } from './file-path.ts'

/** A file that a person may choose. */
export type ListedFile =
  | { readonly kind: 'directory'; readonly name: string }
  /** `bytes` is undefined if the size was not asked for or is not known. */
  | { readonly kind: 'gif'; readonly name: string; readonly bytes: number | undefined }

/** The most names that are read, and the most sizes: a directory may have millions of files. */
const MOST_NAMES = 10_000
const MOST_SIZES = 500
/** Sizes that are read at the same time. */
const AT_ONCE = 16

const byName = new Intl.Collator(undefined, { numeric: true })

/**
 * Lists the GIFs in a directory, then its directories. `directory` is a path as people type it.
 * Rejects with the error of the system, or with the signal's reason.
 */
export async function listGifFiles(directory: string, signal: AbortSignal): Promise<readonly ListedFile[]> {
  const path = typedFilePath(directory) || '.'
  const gifs: string[] = []
  const directories: string[] = []
  let names = 0
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    signal.throwIfAborted()
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToDirectory(path, entry))))
      directories.push(entry.name)
    else if (/\.gif$/i.test(entry.name)) gifs.push(entry.name)
    if (++names === MOST_NAMES) break
  }
  gifs.sort(byName.compare)
  directories.sort(byName.compare)
  const sizes = await sizesOf(path, gifs.slice(0, MOST_SIZES), signal)
  return [
    ...gifs.map((name, index) => ({ kind: 'gif', name, bytes: sizes[index] }) as const),
    ...directories.map(name => ({ kind: 'directory', name }) as const),
  ]
}

async function leadsToDirectory(path: string, { name }: Dirent): Promise<boolean> {
  try {
    return (await stat(join(path, name))).isDirectory()
  } catch {
    return false
  }
}

async function sizesOf(
  path: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly (number | undefined)[]> {
  const sizes: (number | undefined)[] = []
  for (let start = 0; start < names.length; start += AT_ONCE) {
    signal.throwIfAborted()
    sizes.push(
      ...(await Promise.all(names.slice(start, start + AT_ONCE).map(name => sizeOf(join(path, name))))),
    )
  }
  return sizes
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const stats = await stat(path)
    return stats.isFile() ? stats.size : undefined
  } catch {
    return undefined
  }
}
