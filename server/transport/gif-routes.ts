import type { IncomingMessage, ServerResponse } from 'node:http'
import { GifRefusal } from '../../gif/gif-refusal.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { RoomAccess } from '../chat/room-access.ts'
import type { RoomRegistry } from '../chat/room-registry.ts'
import type { Tokens } from '../identity/tokens.ts'
import { publicUserOf } from '../identity/user.ts'
import type { KeyedRateBuckets } from '../session/rate-limit.ts'
import { sendJsonResponse } from './json-response.ts'
import { remoteAddressOf } from './remote-address.ts'
import { TransferSlots } from './transfer-slots.ts'
import { type ScannedGif, UploadScanner } from './upload-scanner.ts'

/** How many transfers may run at once. Each holds at most `LIMITS.gifBytes` in memory. */
const UPLOADS = { total: 32, perAddress: 8, waiting: 256 }
const DOWNLOADS = { total: 48, perAddress: 16, waiting: 2_000 }
/** A download is cut off when its client reads nothing for this long, in milliseconds. */
const DOWNLOAD_IDLE_MS = 10_000
/** An upload is cut off when no byte comes for this long, in milliseconds. */
const UPLOAD_IDLE_MS = 10_000

/** Uploads and downloads of GIFs, for people with a seat in the room (PROTOCOL.md G1–G4). */
export class GifRoutes {
  readonly #rooms: RoomRegistry
  readonly #tokens: Tokens
  readonly #uploads: KeyedRateBuckets
  readonly #trustedProxies: number
  readonly #uploadSlots = new TransferSlots(UPLOADS)
  readonly #downloadSlots = new TransferSlots(DOWNLOADS)

  constructor(options: {
    rooms: RoomRegistry
    tokens: Tokens
    uploads: KeyedRateBuckets
    trustedProxies: number
  }) {
    this.#rooms = options.rooms
    this.#tokens = options.tokens
    this.#uploads = options.uploads
    this.#trustedProxies = options.trustedProxies
  }

  async uploadGif(request: IncomingMessage, response: ServerResponse, roomId: string): Promise<void> {
    const room = this.#seatedRoomOf(request, roomId)
    const address = remoteAddressOf(request, this.#trustedProxies)
    const retryAfterMs = this.#uploads.takeToken(address)
    if (retryAfterMs > 0) {
      throw new RequestError('rateLimited', 'too many uploads from here: wait a little', { retryAfterMs })
    }
    if (Number(request.headers['content-length'] ?? 0) > LIMITS.gifBytes) throw gifTooLarge()
    const release = await this.#uploadSlots.takeSlot(address)
    let scanned: ScannedGif
    try {
      scanned = await scanUpload(request)
      // Somebody who left during the upload may not add the GIF any more.
      this.#seatedRoomOf(request, roomId)
      await this.#rooms.gifs.saveGif(room.id, scanned.info, scanned.bytes)
    } finally {
      release()
    }
    sendJsonResponse(response, 201, scanned.info)
  }

  async downloadGif(
    request: IncomingMessage,
    response: ServerResponse,
    roomId: string,
    gif: string,
  ): Promise<void> {
    const room = this.#seatedRoomOf(request, roomId)
    const headers = { ETag: `"${gif}"`, 'Cache-Control': 'private, max-age=31536000, immutable' }
    if (
      request.headers['if-none-match'] === headers.ETag &&
      (await this.#rooms.gifs.findGif(room.id, gif)) !== undefined
    ) {
      response.writeHead(304, headers).end()
      return
    }
    const release = await this.#downloadSlots.takeSlot(remoteAddressOf(request, this.#trustedProxies))
    response.once('close', release)
    if (response.destroyed) return release()
    response.setTimeout(DOWNLOAD_IDLE_MS, () => response.destroy())
    const bytes = await this.#rooms.gifs.readGif(room.id, gif)
    response.writeHead(200, {
      ...headers,
      'Content-Type': 'image/gif',
      'Content-Length': bytes.length,
      'X-Content-Type-Options': 'nosniff',
    })
    response.end(bytes)
  }

  /** The room, if the request shows a valid token of somebody with a seat there. */
  #seatedRoomOf(request: IncomingMessage, roomId: string): RoomAccess {
    const [, token] = /^Bearer ([\w.-]{1,256})$/.exec(request.headers.authorization ?? '') ?? []
    const session = token === undefined ? undefined : this.#tokens.verify(token)
    if (session === undefined)
      throw new RequestError('unauthorized', 'show your token as Authorization: Bearer <token>')
    const room = this.#rooms.getRoom(roomId)
    if (!room.isSeated(publicUserOf(session).id))
      throw new RequestError('notInRoom', 'you are not in this room: join it first')
    return room
  }
}

async function scanUpload(request: IncomingMessage): Promise<ScannedGif> {
  const scanner = new UploadScanner()
  request.setTimeout(UPLOAD_IDLE_MS, () => request.destroy())
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) scanner.scanChunk(chunk)
    return scanner.endScan()
  } catch (error) {
    if (!(error instanceof GifRefusal)) throw error
    if (error.reason === 'tooLarge') throw gifTooLarge()
    throw new RequestError('invalidGif', error.message, { reason: error.reason })
  }
}

const gifTooLarge = (): RequestError =>
  new RequestError('gifTooLarge', `a GIF has at most ${LIMITS.gifBytes / 1024 / 1024} MiB`, {
    reason: 'tooLarge',
  })
