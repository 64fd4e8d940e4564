import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why a test that needs a disk of its own can't run here. */
export const NO_MOUNT = 'this user may not mount a file system'

/** A file system of a megabyte, which can be filled up. */
export class SmallDisk implements Disposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** Undefined where this user may not mount one. */
  static mount(): SmallDisk | undefined {
    const path = mkdtempSync(join(tmpdir(), 'gifchat-disk-'))
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path])
    if (status === 0) return new SmallDisk(path)
    rmdirSync(path)
    return undefined
  }

  /** Takes what space there is, to the last byte. */
  fill(): void {
    const file = openSync(this.#filler, 'a')
    try {
      for (;;) writeSync(file, Buffer.alloc(4_096))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    } finally {
      closeSync(file)
    }
  }

  /** Gives the space back. */
  empty(): void {
    rmSync(this.#filler)
  }

  get #filler(): string {
    return join(this.path, 'filler')
  }

  [Symbol.dispose](): void {
    spawnSync('umount', [this.path])
    rmdirSync(this.path)
  }
}
