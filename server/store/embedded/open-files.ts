import { closeSync } from 'node:fs'
import { FLAGS, openStoreFile } from './private-files.ts'

/**
 * Files that stay open at most, so that a server with many rooms does not run out of descriptors.
 */
export const OPEN_FILES = 256

/**
 * The files that are written to, open for the next write; the one that was used longest ago is
 * closed first.
 */
export class OpenStoreFiles {
  readonly #files = new Map<string, number>()

  /**
   * The descriptor of a file, to read and write. It is good until `OPEN_FILES` others were asked
   * for.
   */
  get(path: string, isNew: boolean): number {
    const open = this.#files.get(path)
    if (open !== undefined) this.#files.delete(path)
    const file = open ?? openStoreFile(path, isNew ? FLAGS.create : FLAGS.append)
    this.#files.set(path, file)
    if (this.#files.size > OPEN_FILES) this.close(this.#files.keys().next().value ?? path)
    return file
  }

  close(path: string): void {
    const file = this.#files.get(path)
    if (file === undefined) return
    this.#files.delete(path)
    closeSync(file)
  }

  closeAll(): void {
    for (const path of [...this.#files.keys()]) this.close(path)
  }
}
