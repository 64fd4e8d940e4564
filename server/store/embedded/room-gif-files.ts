import { existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GifId, GifInfo } from '../../../protocol/model.ts'
import { RoomGoneError, type StoredGif } from '../../chat/chat-store.ts'
import { storeErrorOfFileError } from './store-error.ts'
import {
  type Durability,
  FLAGS,
  flushStoreDirectory,
  makeStoreDirectory,
  readStoreFile,
  writeStoreFile,
} from './store-files.ts'
import { wipeStoreFile } from './wipe-store-files.ts'

/** Checked before an id becomes part of a path. */
const ID = /^[\w-]{1,64}$/
const BYTES_NAME = /^[\w-]+\.gif$/
/** Bytes of a GIF that are in memory at once, for each who reads it. */
const PART_BYTES = 1024 * 1024
const UNPOSTED_NAME = /^([\w-]+)\.unposted\.json$/

/**
 * The GIFs of one room: `<id>.gif` has the bytes, and `<id>.json` what is known of them. Until a
 * message shows it, that is called `<id>.unposted.json`; the messages are the truth, and the name
 * only tells where to look. A GIF is there once its bytes have their name, which they are given
 * last.
 */
export class RoomGifFiles {
  readonly #directory: string
  readonly #durability: Durability
  /** Done when nothing is being saved or deleted. */
  #idle: Promise<unknown> = Promise.resolve()
  #isEnded = false

  constructor(roomDirectory: string, durability: Durability) {
    this.#directory = join(roomDirectory, 'gifs')
    this.#durability = durability
  }

  /** Rejects with `RoomGoneError` when the room ends meanwhile. */
  saveGif(info: GifInfo, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      if (!ID.test(info.id)) throw new Error('not the id of a GIF')
      if (this.findGif(info.id) !== undefined) return
      await makeStoreDirectory(this.#directory)
      if (this.#durability === 'power') await flushStoreDirectory(dirname(this.#directory))
      this.#refuseIfEnded()
      await writeStoreFile(this.#unposted(info.id), `${JSON.stringify(info)}\n`, this.#durability)
      this.#refuseIfEnded()
      await writeStoreFile(this.#bytes(info.id), bytes, this.#durability)
    })
  }

  findGif(id: GifId): GifInfo | undefined {
    if (!ID.test(id) || !existsSync(this.#bytes(id))) return undefined
    const json = readStoreFile(this.#posted(id)) ?? readStoreFile(this.#unposted(id))
    return json === undefined ? undefined : JSON.parse(json.toString()) // by `saveGif`
  }

  /** Has read the first part when it resolves. */
  async readGif(id: GifId): Promise<StoredGif | undefined> {
    if (!ID.test(id) || !existsSync(this.#bytes(id))) return undefined
    const { part, size } = await readPart(this.#bytes(id), 0)
    return { bytes: size, parts: this.#readParts(this.#bytes(id), part, size) }
  }

  async *#readParts(path: string, first: Uint8Array, size: number): AsyncIterable<Uint8Array> {
    yield first
    for (let start = PART_BYTES; start < size; start += PART_BYTES) {
      const read = await readPart(path, start).catch(error => {
        if (existsSync(path)) throw storeErrorOfFileError(error)
      })
      // A purge moves the directory away before it overwrites the bytes.
      if (read === undefined || !existsSync(path)) throw new RoomGoneError('a GIF has gone while it was read')
      yield read.part
    }
  }

  deleteGif(id: GifId): Promise<void> {
    return this.#inTurn(async () => {
      if (!ID.test(id)) return
      for (const path of [this.#bytes(id), this.#unposted(id), this.#posted(id)]) {
        if (existsSync(path)) await wipeStoreFile(path, this.#durability)
      }
    })
  }

  /** A message that shows the GIF is stored. */
  markPosted(id: GifId): void {
    try {
      if (ID.test(id)) renameSync(this.#unposted(id), this.#posted(id))
    } catch {
      // It was posted before, or the next start finds that it is.
    }
  }

  /** Of all GIFs together. */
  countGifBytes(): number {
    const names = this.#names().filter(name => BYTES_NAME.test(name))
    return names.reduce((sum, name) => sum + statSync(join(this.#directory, name)).size, 0)
  }

  /** The GIFs that may be in no message. Deletes what a killed server had begun to write. */
  async findUnpostedGifs(): Promise<readonly GifId[]> {
    const names = this.#names()
    for (const name of names.filter(name => name.endsWith('.part'))) {
      await wipeStoreFile(join(this.#directory, name), this.#durability)
    }
    return names.flatMap(name => UNPOSTED_NAME.exec(name)?.[1] ?? [])
  }

  /** Refuses what comes from now on. Resolves when nothing is being written. */
  async endGifs(): Promise<void> {
    this.#isEnded = true
    await this.untilGifsSaved()
  }

  async untilGifsSaved(): Promise<void> {
    await this.#idle
  }

  #names(): readonly string[] {
    // Most rooms have none, and an error that is caught costs more than to ask.
    return existsSync(this.#directory) ? readdirSync(this.#directory) : []
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#idle.then(async () => {
      this.#refuseIfEnded()
      try {
        await work()
      } catch (error) {
        this.#refuseIfEnded() // its directory was moved away
        throw error
      }
      this.#refuseIfEnded()
    })
    this.#idle = done.catch(() => {})
    return done
  }

  #refuseIfEnded(): void {
    if (this.#isEnded) throw new RoomGoneError('the room has ended')
  }

  #bytes(id: GifId): string {
    return join(this.#directory, `${id}.gif`)
  }

  #posted(id: GifId): string {
    return join(this.#directory, `${id}.json`)
  }

  #unposted(id: GifId): string {
    return join(this.#directory, `${id}.unposted.json`)
  }
}

/**
 * The bytes of a file from `start` on, and the size of all. It is opened for each part: a file that
 * stays open would be in the way of its purge on Windows.
 */
async function readPart(path: string, start: number): Promise<{ part: Uint8Array; size: number }> {
  await using handle = await open(path, FLAGS.read)
  const { size } = await handle.stat()
  const part = Buffer.allocUnsafeSlow(Math.max(0, Math.min(PART_BYTES, size - start)))
  const { bytesRead } = await handle.read(part, 0, part.length, start)
  return { part: part.subarray(0, bytesRead), size }
}
