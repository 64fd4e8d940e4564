import { rm } from 'node:fs/promises'
import { StoreUnavailableError } from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import { storeErrorOfFileError } from './store-error.ts'
import { type Durability, writeStoreFile } from './store-files.ts'

/** How long the outcome of a check holds, and the wait between two of them, in milliseconds. */
const CHECK_EVERY_MS = 1_000
/** As much as the longest message takes, each of its characters escaped. */
const LONGEST_LINE = Buffer.alloc(16 * 1024)

/** Writes as much as the longest message takes, and removes it again. */
export async function tryStoreWrite(path: string, durability: Durability): Promise<void> {
  await writeStoreFile(path, LONGEST_LINE, durability)
  await rm(path)
}

/**
 * Knows whether the data directory can be written, and tells the log once that it can't, and once
 * that it can again. It goes through these phases:
 *
 * 1. Writable. A write that failed leads to 2, and so does a check that somebody asked for.
 * 2. Not writable. It checks once a second, whoever asks, until a check succeeds. A write that
 *    succeeds is not enough: a line may still fit into a block that a file has already.
 */
export class StoreWriteWatch {
  readonly #check: () => Promise<void>
  readonly #log: CoreLog
  #checking: Promise<void> | undefined
  /** On the clock of `performance`. */
  #checkedAt = Number.NEGATIVE_INFINITY
  /** Undefined while the directory can be written. */
  #trouble: { readonly error: unknown; readonly since: number } | undefined
  #nextCheck: NodeJS.Timeout | undefined
  #isStopped = false

  /** `check` writes something, and removes it again. */
  constructor(check: () => Promise<void>, log: CoreLog) {
    this.#check = check
    this.#log = log
  }

  /** Rejects with the reason when the directory can't be written. */
  async ensureWritable(): Promise<void> {
    if (performance.now() - this.#checkedAt >= CHECK_EVERY_MS) await this.#checkOnce()
    if (this.#trouble !== undefined) throw this.#trouble.error
  }

  /** A message or a room could not be stored. Only trouble with files counts. */
  noteFailedWrite(error: unknown): void {
    if (this.#isStopped || !(error instanceof StoreUnavailableError)) return
    if (this.#trouble === undefined) {
      this.#trouble = { error, since: performance.now() }
      const reason = reasonOf(error)
      this.#log.warn({ reason }, "the data directory can't be written: posts are refused until it can")
    }
    this.#checkLater()
  }

  /** Something else could not be stored: looks whether messages can. */
  doubtWrites(error: unknown): void {
    if (error instanceof StoreUnavailableError) void this.#checkOnce()
  }

  stopWatch(): void {
    this.#isStopped = true
    clearTimeout(this.#nextCheck)
  }

  #checkOnce(): Promise<void> {
    this.#checking ??= this.#check()
      .then(
        () => this.#noteWritable(),
        error => this.noteFailedWrite(storeErrorOfFileError(error)),
      )
      .finally(() => {
        this.#checkedAt = performance.now()
        this.#checking = undefined
      })
    return this.#checking
  }

  #checkLater(): void {
    clearTimeout(this.#nextCheck)
    this.#nextCheck = setTimeout(() => this.#checkOnce(), CHECK_EVERY_MS).unref()
  }

  #noteWritable(): void {
    clearTimeout(this.#nextCheck)
    if (this.#trouble === undefined) return
    const awayMs = Math.round(performance.now() - this.#trouble.since)
    this.#trouble = undefined
    this.#log.info({ awayMs }, 'the data directory can be written again')
  }
}

/** What the system said, such as `ENOSPC: no space left on device, write`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
