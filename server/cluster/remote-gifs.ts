import { RequestError } from '../../protocol/error-codes.ts'
import type { GifId, GifInfo, RoomId } from '../../protocol/model.ts'
import { type ChatStore, RoomGoneError, type StoredGif } from '../chat/chat-store.ts'
import type { GifPost, RoomGifAccess } from '../chat/room-access.ts'
import type { Posted } from '../chat/room-history.ts'
import { unavailableIfStoreFailed } from '../chat/unavailable.ts'
import type { NodeLink } from './node-link.ts'
import type { OwnerRequests } from './owner-requests.ts'

/** Where every node reads and writes the bytes of GIFs. They do not go over the wire. */
export type GifBytesStore = Pick<ChatStore, 'saveGif' | 'findGif' | 'readGif'>

/**
 * The GIFs of a room that another node owns. The owner is asked whether there is space, this node
 * stores the bytes, and the owner is told what became of them.
 */
export class RemoteGifs implements RoomGifAccess {
  readonly #room: RoomId
  readonly #store: GifBytesStore
  readonly #requests: OwnerRequests

  constructor(room: RoomId, store: GifBytesStore, requests: OwnerRequests) {
    this.#room = room
    this.#store = store
    this.#requests = requests
  }

  async saveGif(gif: GifInfo, bytes: Uint8Array): Promise<void> {
    const request = { kind: 'saveGif', room: this.#room, gif } as const
    await this.#requests.askOwner(
      request,
      'gifSaved',
      () => {},
      (kind, id, link) => {
        if (kind === 'keepGif') void this.#keepBytes(gif, bytes, id, link)
      },
    )
  }

  /** While the owner looks the GIF up, no later message of its sender may overtake this one. */
  async postGif(post: GifPost, onQueued: () => void): Promise<Posted> {
    const request = { kind: 'postGif', room: this.#room, ...post } as const
    const posted = await this.#requests.askOwner(request, 'posted', answer => answer)
    onQueued()
    return posted
  }

  findGif(gif: GifId): Promise<GifInfo | undefined> {
    return this.#store.findGif(this.#room, gif).catch(throwUnavailable)
  }

  async readGif(gif: GifId): Promise<StoredGif> {
    const stored = await this.#store.readGif(this.#room, gif).catch(throwUnavailable)
    if (stored === undefined) throw new RequestError('noSuchGif', 'there is no such GIF in this room')
    return stored
  }

  async #keepBytes(gif: GifInfo, bytes: Uint8Array, id: number, link: NodeLink): Promise<void> {
    const outcome = await this.#store.saveGif(this.#room, gif, bytes).then(
      () => 'kept' as const,
      error => (error instanceof RoomGoneError ? ('roomGone' as const) : ('failed' as const)),
    )
    link.sendItem({ kind: 'gifKept', id, outcome })
  }
}

const throwUnavailable = (error: unknown): never => {
  throw unavailableIfStoreFailed(error)
}
