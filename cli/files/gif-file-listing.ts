import { stat } from 'node:fs/promises'
import { typedFilePath } from './file-path.ts'
import { findRealFile, type RealFilePath, readDirectory, realPathIn, seenFileName } from './real-file.ts'

/** A file that a person may choose. Its name is as people see it; `findRealFile` finds the file. */
export type ListedFile =
  | { readonly kind: 'directory'; readonly name: string }
  /** `bytes` is undefined if the size was not asked for or is not known. */
  | { readonly kind: 'gif'; readonly name: string; readonly bytes: number | undefined }

/** The most sizes that are read, and those that are read at the same time. */
const MOST_SIZES = 500
const AT_ONCE = 16

const byName = new Intl.Collator(undefined, { numeric: true })

interface FoundFile {
  readonly kind: ListedFile['kind']
  readonly name: string
  readonly bytes: Buffer
}

/**
 * Lists the GIFs in a directory, then its directories. `directory` is a path as people type it.
 * Rejects with the error of the system, or with the signal's reason.
 */
export async function listGifFiles(directory: string, signal: AbortSignal): Promise<readonly ListedFile[]> {
  const path = await findRealFile(typedFilePath(directory) || '.')
  const found = new Map<string, FoundFile>()
  for await (const { bytes, dirent } of readDirectory(path)) {
    signal.throwIfAborted()
    const name = seenFileName(bytes)
    const isDirectory =
      dirent.isDirectory() || (dirent.isSymbolicLink() && (await leadsToDirectory(realPathIn(path, bytes))))
    if (name === '' || !(isDirectory || /\.gif$/i.test(name))) continue
    const other = found.get(name)
    // Of files that look the same, only the one that is found by this name can be chosen.
    if (other === undefined || isFoundFirst(name, bytes, other.bytes))
      found.set(name, { kind: isDirectory ? 'directory' : 'gif', name, bytes })
  }
  const files = [...found.values()].sort((a, b) => byName.compare(a.name, b.name))
  const gifs = files.filter(({ kind }) => kind === 'gif')
  const paths = gifs.slice(0, MOST_SIZES).map(({ bytes }) => realPathIn(path, bytes))
  const sizes = await sizesOf(paths, signal)
  return [
    ...gifs.map(({ name }, index) => ({ kind: 'gif', name, bytes: sizes[index] }) as const),
    ...files.flatMap(({ kind, name }) => (kind === 'directory' ? [{ kind, name } as const] : [])),
  ]
}

const isFoundFirst = (name: string, bytes: Buffer, other: Buffer): boolean =>
  bytes.equals(Buffer.from(name)) || (!other.equals(Buffer.from(name)) && bytes.compare(other) < 0)

async function leadsToDirectory(path: RealFilePath): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

async function sizesOf(
  paths: readonly RealFilePath[],
  signal: AbortSignal,
): Promise<readonly (number | undefined)[]> {
  const sizes: (number | undefined)[] = []
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    signal.throwIfAborted()
    sizes.push(...(await Promise.all(paths.slice(start, start + AT_ONCE).map(sizeOf))))
  }
  return sizes
}

async function sizeOf(path: RealFilePath): Promise<number | undefined> {
  try {
    const stats = await stat(path)
    return stats.isFile() ? stats.size : undefined
  } catch {
    return undefined
  }
}
