import type { Dirent } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { filePathOf } from './file-path.ts'

/** What a person may choose in a directory. */
export type ListedFile =
  | { readonly kind: 'directory'; readonly name: string }
  /** `bytes` is left out where it was not asked, or not told. */
  | { readonly kind: 'gif'; readonly name: string; readonly bytes: number | undefined }

/** Names that are looked at, and GIFs whose size is asked: a directory may have millions. */
const MOST_NAMES = 10_000
const MOST_SIZES = 500
/** Sizes that are asked at once. */
const AT_ONCE = 16

const byName = new Intl.Collator(undefined, { numeric: true })

/**
 * The GIFs and then the directories in a directory, which is named as people type it; rejects with the system's error,
 * or with the signal's reason as soon as nobody wants to know any more.
 */
export async function listGifs(directory: string, signal: AbortSignal): Promise<readonly ListedFile[]> {
  const path = filePathOf(directory) || '.'
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
