import type { GifId, GifInfo, RoomId } from '../../protocol/model.ts'
import type { StoredGif } from './chat-store.ts'
import type { GifPost, RoomGifAccess } from './room-access.ts'
import type { RoomGifs } from './room-gifs.ts'
import type { Posted, RoomHistory } from './room-history.ts'

/**
 * The GIFs of one living room. One of an earlier run, or of another server, loses those that nobody
 * has posted while it is loaded. So it is loaded before a GIF is saved or posted.
 */
export class GifsOfRoom implements RoomGifAccess {
  readonly #room: RoomId
  readonly #history: RoomHistory
  readonly #gifs: RoomGifs

  constructor(room: RoomId, history: RoomHistory, gifs: RoomGifs) {
    this.#room = room
    this.#history = history
    this.#gifs = gifs
  }

  async saveGif(gif: GifInfo, bytes: Uint8Array): Promise<void> {
    await this.#history.ensureCaughtUp()
    return this.#gifs.saveGif(this.#room, gif, bytes)
  }

  async postGif(post: GifPost, onQueued: () => void): Promise<Posted> {
    await this.#history.ensureCaughtUp()
    const { user, clientMessageId, gif, name, replyTo, bot } = post
    return this.#gifs.postGif(this.#room, gif, info => {
      const body = { gif: { ...info, name }, ...(replyTo !== undefined && { replyTo }), ...(bot && { bot }) }
      const posting = this.#history.postMessage(user, clientMessageId, body)
      onQueued()
      return posting
    })
  }

  findGif(gif: GifId): Promise<GifInfo | undefined> {
    return this.#gifs.findGif(this.#room, gif)
  }

  readGif(gif: GifId): Promise<StoredGif> {
    return this.#gifs.readGif(this.#room, gif)
  }
}
