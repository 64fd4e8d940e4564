import { type Connection, mongo, Types, trusted } from 'mongoose'
import type { GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import { RoomGoneError } from '../../chat/chat-store.ts'
import type { GifDocument, Models } from './models.ts'

const BUCKET = 'gif'

interface FoundFiles {
  readonly ids: ReadonlyMap<string, Types.ObjectId>
  readonly gifs: readonly Pick<GifDocument, '_id' | 'room' | 'isWhole'>[]
}

/** GIFs in GridFS. A `Gif` document for each says to which room it belongs. */
export class GridFsGifs {
  readonly #connection: Connection
  readonly #models: Models
  readonly #bucket: mongo.GridFSBucket
  readonly #uploading = new Set<string>()

  constructor(connection: Connection, models: Models) {
    if (connection.db === undefined) throw new Error('GridFsGifs needs an open connection')
    this.#connection = connection
    this.#models = models
    this.#bucket = new mongo.GridFSBucket(connection.db, { bucketName: BUCKET })
  }

  /**
   * See `ChatStore.saveGif`. The room is looked up last, so no purge misses the GIF: either the
   * purge finds the `Gif` document, or this sees that the purge has begun.
   */
  async saveGif(room: RoomId, info: GifInfo, bytes: Uint8Array): Promise<void> {
    const { Gif, Room } = this.#models
    const known = await this.#findWholeGif(room, info.id)
    const file = known?._id ?? new Types.ObjectId()
    if (known === undefined) {
      this.#uploading.add(file.toHexString())
      try {
        await Gif.create({ _id: file, room, info, isWhole: false })
        await this.#uploadBytes(file, `${room}/${info.id}`, bytes)
        await Gif.updateOne({ _id: file }, { isWhole: true })
      } finally {
        this.#uploading.delete(file.toHexString())
      }
    }
    if ((await Room.exists({ _id: room, purging: false })) !== null) return
    await this.#deleteFiles([file])
    throw new RoomGoneError(`there is no room ${room}`)
  }

  async findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return (await this.#findWholeGif(room, gif))?.info
  }

  async readGif(room: RoomId, gif: GifId): Promise<Uint8Array | undefined> {
    const found = await this.#findWholeGif(room, gif)
    if (found === undefined) return undefined
    try {
      return Buffer.concat(await this.#bucket.openDownloadStream(found._id).toArray())
    } catch (error) {
      if (error instanceof mongo.MongoRuntimeError && 'code' in error && error.code === 'ENOENT')
        return undefined
      throw error
    }
  }

  /** The bytes of all GIFs of each room. Rooms without GIFs are not listed. */
  async gifBytesByRoom(): Promise<ReadonlyMap<RoomId, number>> {
    const bytes = new Map<RoomId, number>()
    const gifs = await this.#models.Gif.find({ isWhole: true }).select('room info.bytes').lean()
    for (const { room, info } of gifs) bytes.set(room, (bytes.get(room) ?? 0) + info.bytes)
    return bytes
  }

  /** GIFs stay when the messages that show them are forgotten. */
  async markPosted(room: RoomId, gifs: readonly GifId[]): Promise<void> {
    if (gifs.length === 0) return
    await this.#models.Gif.updateMany({ room, 'info.id': trusted({ $in: gifs }) }, { isPosted: true })
  }

  async deleteGif(room: RoomId, gif: GifId): Promise<void> {
    await this.#deleteFiles(await this.#models.Gif.distinct('_id', { room, 'info.id': gif }))
  }

  async deleteGifsOf(rooms: readonly RoomId[]): Promise<void> {
    await this.#deleteFiles(await this.#models.Gif.distinct('_id', { room: trusted({ $in: rooms }) }))
  }

  /**
   * Deletes the GIFs of a room that were never posted, and resolves with the bytes of the others.
   * Nobody may use the room. `findShown` finds those that a message shows.
   */
  async keepPostedGifs(room: RoomId, findShown: () => Promise<readonly GifId[]>): Promise<number> {
    const gifs = await this.#models.Gif.find({ room }).lean()
    const left = new Set(gifs.filter(gif => gif.isPosted === true).map(({ info }) => info.id))
    if (gifs.some(({ info }) => !left.has(info.id))) for (const id of await findShown()) left.add(id)
    // A GIF that was stored twice is kept once.
    const posted = gifs.filter(gif => gif.isWhole && left.delete(gif.info.id))
    await this.#deleteFiles(gifs.filter(gif => !posted.includes(gif)).map(({ _id }) => _id))
    return posted.reduce((sum, { info }) => sum + info.bytes, 0)
  }

  /** All files, and the GIFs to which they belong. A GIF is found if one of its bytes is. */
  async findAllFiles(): Promise<FoundFiles> {
    const chunks = await this.#connection.collection(`${BUCKET}.chunks`).distinct('files_id')
    const files = await this.#connection.collection(`${BUCKET}.files`).distinct('_id')
    const ids = new Map([...chunks, ...files].map((id: Types.ObjectId) => [id.toHexString(), id]))
    return { ids, gifs: await this.#models.Gif.find().select('room isWhole').lean() }
  }

  /** Deletes the files that belong to no GIF, GIFs of no room, and broken uploads. */
  async deleteOrphanedFiles({ ids, gifs }: FoundFiles, rooms: ReadonlySet<RoomId>): Promise<number> {
    const owned = new Set(gifs.map(({ _id }) => _id.toHexString()))
    const files = [...ids].filter(([id]) => !owned.has(id)).map(([, id]) => id)
    files.push(...gifs.filter(({ room }) => !rooms.has(room)).map(({ _id }) => _id))
    const halves = gifs.filter(({ _id, isWhole }) => !isWhole && !this.#uploading.has(_id.toHexString()))
    // An upload may have ended since the GIFs were found.
    const _id = trusted({ $in: halves.map(({ _id }) => _id) })
    if (halves.length > 0) files.push(...(await this.#models.Gif.distinct('_id', { _id, isWhole: false })))
    await this.#deleteFiles(files)
    return files.length
  }

  async #findWholeGif(room: RoomId, gif: GifId): Promise<GifDocument | undefined> {
    return (await this.#models.Gif.findOne({ room, 'info.id': gif, isWhole: true }).lean()) ?? undefined
  }

  #uploadBytes(file: Types.ObjectId, name: string, bytes: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#bucket.openUploadStreamWithId(file, name).once('finish', resolve).once('error', reject).end(bytes)
    return promise
  }

  /** Deletes the bytes first, and last the document that leads to them. */
  async #deleteFiles(files: readonly Types.ObjectId[]): Promise<void> {
    if (files.length === 0) return
    await this.#connection.collection(`${BUCKET}.chunks`).deleteMany({ files_id: { $in: files } })
    await this.#connection.collection(`${BUCKET}.files`).deleteMany({ _id: { $in: files } })
    await this.#models.Gif.deleteMany({ _id: trusted({ $in: files }) })
  }
}
