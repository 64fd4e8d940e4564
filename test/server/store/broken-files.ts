import fs, { promises } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Functions of `node:fs` and `node:fs/promises`, and methods of `FileHandle`, that a test puts its
 * own before.
 */
export interface Replaced {
  readonly fs?: Partial<Record<'writeSync' | 'renameSync' | 'fdatasync' | 'ftruncateSync', Replacement>>
  readonly promises?: Partial<Record<'mkdir' | 'open' | 'rename' | 'unlink' | 'rmdir', Replacement>>
  readonly handle?: Partial<Record<'write' | 'writeFile' | 'sync' | 'datasync', Replacement>>
}
/**
 * Is given what the caller passed, and `call`, which does what was asked for: with other arguments
 * if any are given.
 */
export type Replacement = (
  call: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  self: unknown,
) => unknown

const handle = await promises.open(import.meta.filename)
const handlePrototype = Object.getPrototypeOf(handle) as FileHandle // which every handle has
await handle.close()

/** Replaces functions of the file system for all that use it; returns the way back. */
export function replaceFiles(replaced: Replaced): () => void {
  const mocks = [
    ...Object.entries(replaced.fs ?? {}).map(([name, by]) => replace(fs, name, by)),
    ...Object.entries(replaced.promises ?? {}).map(([name, by]) => replace(promises, name, by)),
    ...Object.entries(replaced.handle ?? {}).map(([name, by]) => replace(handlePrototype, name, by)),
  ]
  syncBuiltinESMExports()
  return () => {
    for (const restore of mocks) restore()
    syncBuiltinESMExports()
  }
}

function replace(owner: object, name: string, by: Replacement): () => void {
  const original = Reflect.get(owner, name)
  const replacement = function (this: unknown, ...args: unknown[]) {
    return by((...others) => Reflect.apply(original, this, others.length > 0 ? others : args), args, this)
  }
  Reflect.set(owner, name, replacement)
  return () => void Reflect.set(owner, name, original)
}

export const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: as a test wants it`), { code, errno: -1 })

/** Makes every write fail as on a read-only file system. */
export function forbidWrites(): () => void {
  const refuse = () => {
    throw systemError('EROFS')
  }
  const refuseLater = async () => refuse()
  return replaceFiles({
    fs: { writeSync: refuse, renameSync: refuse, ftruncateSync: refuse },
    promises: { mkdir: refuseLater, rename: refuseLater, unlink: refuseLater, rmdir: refuseLater },
    handle: { write: refuseLater, writeFile: refuseLater },
  })
}

/**
 * Lets no file grow, as on a full disk: a line is taken for as many bytes as `spare` says, the
 * bytes of a file for half.
 */
export function fillDisk(spare = 0): () => void {
  let left = spare
  return replaceFiles({
    fs: {
      writeSync: (call, [file, bytes, start, length, position]) => {
        const taken = Math.min(left, Number(length))
        left -= taken
        if (taken === 0) throw systemError('ENOSPC')
        return call(file, bytes, start, taken, position)
      },
    },
    handle: {
      writeFile: async (call, [content]) => {
        await call((content as string | Uint8Array).slice(0, content === undefined ? 0 : 50))
        throw systemError('ENOSPC')
      },
    },
  })
}
