import { closeSync } from 'node:fs'
import { FLAGS, openStoreFile } from './store-files.ts'

/**
 * Files that stay open at most, so that a server with many rooms does not run out of descriptors.
 */
export const OPEN_FILES = 256

/** Text of more UTF-16 units is rarely written at once. */
const TEXT_UNITS = 64 * 1024

/**
 * The files that are written to, open for the next write; the one that was used longest ago is
 * closed first.
 */
export class OpenStoreFiles {
  readonly #files = new Map<string, number>()
  readonly #bytes = Buffer.allocUnsafe(3 * TEXT_UNITS)

  /**
   * The descriptor of a file, to read and write. It is good until `OPEN_FILES` others were asked
   * for.
   */
  descriptorOf(path: string, isNew: boolean): number {
    const open = this.#files.get(path)
    if (open !== undefined) this.#files.delete(path)
    const file = open ?? openStoreFile(path, isNew ? FLAGS.create : FLAGS.append)
    this.#files.set(path, file)
    if (this.#files.size > OPEN_FILES) this.closeFile(this.#files.keys().next().value ?? path)
    return file
  }

  /**
   * The UTF-8 of a text that is to be written, good until the next call. A buffer of its own would
   * cost as much as the write.
   */
  encodeLines(text: string): Buffer {
    if (text.length > TEXT_UNITS) return Buffer.from(text)
    return this.#bytes.subarray(0, this.#bytes.write(text))
  }

  closeFile(path: string): void {
    const file = this.#files.get(path)
    if (file === undefined) return
    this.#files.delete(path)
    closeSync(file)
  }

  closeAll(): void {
    for (const path of [...this.#files.keys()]) this.closeFile(path)
  }
}
