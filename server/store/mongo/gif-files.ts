import { Types, trusted } from 'mongoose'
import type { GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import { RoomGoneError, type StoredGif } from '../../chat/chat-store.ts'
import { callMongo, callMongoPatiently, callMongoTwice } from './call-mongo.ts'
import type { MongoLink } from './connect.ts'
import { MongoGifChunks } from './gif-chunks.ts'
import type { GifDocument, Models } from './models.ts'

interface FoundFiles {
  readonly files: readonly Types.ObjectId[]
  readonly gifs: readonly Pick<GifDocument, '_id' | 'room'>[]
}

/**
 * The GIFs of all rooms. First the bytes of a GIF are stored, and then the `Gif` document that says
 * to which room they belong. Chunks without one are left of a broken upload.
 */
export class MongoGifs {
  #link: MongoLink
  #chunks: MongoGifChunks
  readonly #uploading = new Set<string>()
  readonly #isShared: boolean
  /** Files without a GIF that the last sweep has seen. Others may still store newer ones. */
  #doubtfulBefore: ReadonlySet<string> = new Set()

  /** With `isShared`, other servers store GIFs in the same database. */
  constructor(link: MongoLink, isShared = false) {
    this.#link = link
    this.#chunks = new MongoGifChunks(link.models.Chunk)
    this.#isShared = isShared
  }

  /** Uses another connection from now on. What is stored over the old one may still arrive. */
  takeLink(link: MongoLink): void {
    this.#link = link
    this.#chunks = new MongoGifChunks(link.models.Chunk)
  }

  get #models(): Models {
    return this.#link.models
  }

  /** For purges and sweeps. */
  get #patient(): Models {
    return this.#link.patient.models
  }

  /**
   * See `ChatStore.saveGif`. The room is looked up last, so no purge misses the GIF: either the
   * purge finds the `Gif` document, or this sees that the purge has begun.
   */
  async saveGif(room: RoomId, info: GifInfo, bytes: Uint8Array): Promise<void> {
    const { Gif, Room } = this.#models
    const known = await callMongo(() => this.#findDocument(room, info.id))
    const file = known?._id ?? new Types.ObjectId()
    if (known === undefined) {
      this.#uploading.add(file.toHexString())
      try {
        await this.#chunks.writeBytes(file, bytes)
        await callMongo(() => Gif.create({ _id: file, room, info }))
      } finally {
        this.#uploading.delete(file.toHexString())
      }
    }
    if ((await callMongo(() => Room.exists({ _id: room }))) !== null) return
    await callMongo(() => deleteFiles(this.#models, [file]))
    throw new RoomGoneError(`there is no room ${room}`)
  }

  async findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return (await this.#findDocument(room, gif))?.info
  }

  async readGif(room: RoomId, gif: GifId): Promise<StoredGif | undefined> {
    const found = await callMongoTwice(() => this.#findDocument(room, gif))
    return found === undefined ? undefined : this.#chunks.readBytes(found._id, found.info.bytes)
  }

  /** The bytes of all GIFs of each room. Rooms without GIFs are not listed. */
  async gifBytesByRoom(): Promise<ReadonlyMap<RoomId, number>> {
    const bytes = new Map<RoomId, number>()
    const gifs = await this.#models.Gif.find().select('room info.bytes').lean()
    for (const { room, info } of gifs) bytes.set(room, (bytes.get(room) ?? 0) + info.bytes)
    return bytes
  }

  /** GIFs stay when the messages that show them are forgotten. */
  async markPosted(room: RoomId, gifs: readonly GifId[]): Promise<void> {
    if (gifs.length === 0) return
    await this.#models.Gif.updateMany({ room, 'info.id': trusted({ $in: gifs }) }, { isPosted: true })
  }

  async deleteGif(room: RoomId, gif: GifId): Promise<void> {
    const files = await this.#models.Gif.distinct('_id', { room, 'info.id': gif })
    await deleteFiles(this.#models, files)
  }

  async deleteGifsOf(rooms: readonly RoomId[]): Promise<void> {
    const these = { room: trusted({ $in: rooms }) }
    const files = await callMongoPatiently(() => this.#patient.Gif.distinct('_id', these))
    await callMongoPatiently(() => deleteFiles(this.#patient, files))
  }

  /**
   * Deletes the GIFs of a room that were never posted, and resolves with the bytes of the others.
   * `findKept` finds those that a message shows, and those that still may be posted.
   */
  async keepPostedGifs(room: RoomId, findKept: () => Promise<readonly GifId[]>): Promise<number> {
    const gifs = await this.#models.Gif.find({ room }).lean()
    const left = new Set(gifs.filter(gif => gif.isPosted === true).map(({ info }) => info.id))
    if (gifs.some(({ info }) => !left.has(info.id))) for (const id of await findKept()) left.add(id)
    // A GIF that was stored twice is kept once.
    const posted = gifs.filter(gif => left.delete(gif.info.id))
    const unposted = gifs.filter(gif => !posted.includes(gif))
    await deleteFiles(
      this.#models,
      unposted.map(({ _id }) => _id),
    )
    return posted.reduce((sum, { info }) => sum + info.bytes, 0)
  }

  /** All files, and the GIFs to which they belong. */
  async findAllFiles(): Promise<FoundFiles> {
    const files = await callMongoPatiently(() => this.#patient.Chunk.distinct('files_id'))
    const findGifs = () => this.#patient.Gif.find().select('room').lean()
    return { files, gifs: await callMongoPatiently(findGifs) }
  }

  /** Deletes the files that belong to no GIF, and GIFs of no room. */
  async deleteOrphanedFiles({ files, gifs }: FoundFiles, rooms: ReadonlySet<RoomId>): Promise<number> {
    const owned = new Set(gifs.map(({ _id }) => _id.toHexString()))
    const hasNoGif = (file: Types.ObjectId) => !owned.has(file.toHexString())
    const seen = files.filter(file => hasNoGif(file) && !this.#uploading.has(file.toHexString()))
    const doubtful = seen.filter(file => !this.#isShared || this.#doubtfulBefore.has(file.toHexString()))
    this.#doubtfulBefore = new Set(seen.map(file => file.toHexString()))
    // An upload may have ended since the GIFs were found.
    const ended = await this.#findGifsAmong(doubtful)
    for (const file of ended) owned.add(file.toHexString())
    const ofNoRoom = gifs.filter(({ room }) => !rooms.has(room)).map(({ _id }) => _id)
    const orphans = [...doubtful.filter(hasNoGif), ...ofNoRoom]
    await callMongoPatiently(() => deleteFiles(this.#patient, orphans))
    // Earlier versions kept the names of files there, as GridFS does.
    await callMongoPatiently(() => this.#patient.Gif.db.collection('gif.files').deleteMany({}))
    return orphans.length
  }

  async #findGifsAmong(files: readonly Types.ObjectId[]): Promise<readonly Types.ObjectId[]> {
    const among = { _id: trusted({ $in: files }) }
    return files.length === 0 ? [] : callMongoPatiently(() => this.#patient.Gif.distinct('_id', among))
  }

  async #findDocument(room: RoomId, gif: GifId): Promise<GifDocument | undefined> {
    return (await this.#models.Gif.findOne({ room, 'info.id': gif }).lean()) ?? undefined
  }
}

/** Deletes the bytes first, and last the document that leads to them. */
async function deleteFiles({ Chunk, Gif }: Models, files: readonly Types.ObjectId[]): Promise<void> {
  if (files.length === 0) return
  await Chunk.deleteMany({ files_id: trusted({ $in: files }) })
  await Gif.deleteMany({ _id: trusted({ $in: files }) })
}
