import type { IncomingMessage, ServerResponse } from 'node:http'
import { GifRefusal } from '../../gif/gif-refusal.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import type { UserId } from '../../protocol/model.ts'
import type { CoreLog } from '../chat/core-log.ts'
import type { RoomAccess, RoomDirectory } from '../chat/room-access.ts'
import type { Tokens } from '../identity/tokens.ts'
import { publicUserOf } from '../identity/user.ts'
import type { ServerMetrics } from '../metrics/server-metrics.ts'
import type { KeyedRateBuckets } from '../session/rate-limit.ts'
import type { ConnectionIds } from './connection-ids.ts'
import { DownloadPace } from './download-pace.ts'
import { sendJsonResponse } from './json-response.ts'
import { sendPacedBody } from './paced-response.ts'
import { remoteAddressOf } from './remote-address.ts'
import type { TransferProgress } from './transfer-progress.ts'
import { TransferSlots } from './transfer-slots.ts'
import { type ScannedGif, UploadScanner } from './upload-scanner.ts'

/** How many transfers may wait for a slot, in all and at one address. */
const UPLOADS_WAITING = { waiting: 256, waitingPerAddress: 128 }
const DOWNLOADS_WAITING = { waiting: 2_000, waitingPerAddress: 1_000 }
/** The shares of all slots that one address may have, and that are kept for those without one. */
const UPLOAD_SHARE = 1 / 4
const DOWNLOAD_SHARE = 1 / 3
const KEPT_SHARE = 1 / 4
const REFUSAL = 'too many GIFs are being transferred: try again'
/**
 * A download is cut off when its client reads nothing for this long, in milliseconds. A kernel asks
 * for more only when a third of its buffer is empty, which takes a slow line a while.
 */
const DOWNLOAD_IDLE_MS = 60_000
/** So many seconds' worth of downloads an address may have at once. */
const DOWNLOAD_BURST_SECONDS = 4
/** An upload is cut off when no byte comes for this long, in milliseconds. */
const UPLOAD_IDLE_MS = 10_000

/** What the operator decides about transfers. */
interface TransferSettings {
  readonly trustedProxies: number
  /** The most bytes of one GIF. */
  readonly gifFileBytes: number
  /** Transfers at once. An upload holds at most `gifFileBytes` in memory, a download a part. */
  readonly uploadsAtOnce: number
  readonly downloadsAtOnce: number
  /** The bytes a second to which the downloads of one address are slowed down. */
  readonly downloadBytesPerSecond: number
  /** The least bytes a second of a transfer whose slot is wanted, averaged over so long. */
  readonly leastBytesPerSecond: number
  readonly slowTransferMs: number
}

/** Somebody who is in a room as anything. */
interface Present {
  readonly room: RoomAccess
  readonly person: UserId
}

/** Uploads and downloads of GIFs, for people with a seat in the room (PROTOCOL.md G1–G4). */
export class GifRoutes {
  readonly #rooms: RoomDirectory
  readonly #tokens: Tokens
  readonly #uploads: KeyedRateBuckets
  readonly #trustedProxies: number
  readonly #mostBytes: number
  readonly #log: CoreLog
  readonly #metrics: ServerMetrics
  readonly #ids: ConnectionIds
  readonly #uploadSlots: TransferSlots
  readonly #downloadSlots: TransferSlots
  readonly #downloadPace: DownloadPace

  constructor(options: {
    rooms: RoomDirectory
    tokens: Tokens
    uploads: KeyedRateBuckets
    settings: TransferSettings
    log: CoreLog
    metrics: ServerMetrics
    ids: ConnectionIds
    /** Milliseconds of a clock that nobody sets. */
    now: () => number
  }) {
    const { settings, now } = options
    this.#log = options.log
    this.#metrics = options.metrics
    this.#ids = options.ids
    this.#rooms = options.rooms
    this.#tokens = options.tokens
    this.#uploads = options.uploads
    this.#trustedProxies = settings.trustedProxies
    this.#mostBytes = settings.gifFileBytes
    const pace = { leastBytesPerSecond: settings.leastBytesPerSecond, slowMs: settings.slowTransferMs }
    const uploads = {
      ...shareSlots(settings.uploadsAtOnce, UPLOAD_SHARE),
      ...UPLOADS_WAITING,
      refusal: REFUSAL,
    }
    this.#uploadSlots = new TransferSlots(uploads, pace, now)
    const downloads = {
      ...shareSlots(settings.downloadsAtOnce, DOWNLOAD_SHARE),
      ...DOWNLOADS_WAITING,
      refusal: REFUSAL,
    }
    this.#downloadSlots = new TransferSlots(downloads, pace, now)
    const perSecond = settings.downloadBytesPerSecond
    this.#downloadPace = new DownloadPace({ perSecond, burst: DOWNLOAD_BURST_SECONDS * perSecond }, now)
  }

  async uploadGif(request: IncomingMessage, response: ServerResponse, roomId: string): Promise<void> {
    const { person } = await this.#posterIn(request, roomId)
    if (response.destroyed) return
    const address = remoteAddressOf(request, this.#trustedProxies)
    const retryAfterMs = this.#uploads.takeToken(address)
    if (retryAfterMs > 0) {
      throw new RequestError('rateLimited', 'too many uploads from here: wait a little', { retryAfterMs })
    }
    if (statedLength(request) > this.#mostBytes) throw gifTooLarge(this.#mostBytes)
    const slot = this.#uploadSlots.takeSlot({ address, person }, () => request.destroy())
    response.once('close', slot.end)
    let scanned: ScannedGif
    try {
      if (!(await slot.begun)) return
      scanned = await scanUpload(request, this.#mostBytes, slot.progress)
      // Somebody who left during the upload may not add the GIF any more.
      const { room } = await this.#posterIn(request, roomId)
      await room.gifs.saveGif(scanned.info, scanned.bytes)
    } finally {
      slot.end()
    }
    const { bytes } = scanned.info
    const connection = this.#ids.idOf(request.socket)
    this.#log.info({ connection, address, user: person, room: roomId, bytes }, 'GIF uploaded')
    this.#metrics.uploads.inc()
    this.#metrics.uploadedBytes.inc(bytes)
    sendJsonResponse(response, 201, scanned.info)
  }

  async downloadGif(
    request: IncomingMessage,
    response: ServerResponse,
    roomId: string,
    gif: string,
  ): Promise<void> {
    const { room, person } = await this.#presentIn(request, roomId)
    if (response.destroyed) return
    const headers = { ETag: `"${gif}"`, 'Cache-Control': 'private, max-age=31536000, immutable' }
    if (request.headers['if-none-match'] === headers.ETag && (await room.gifs.findGif(gif)) !== undefined) {
      response.writeHead(304, headers).end()
      return
    }
    const address = remoteAddressOf(request, this.#trustedProxies)
    const slot = this.#downloadSlots.takeSlot({ address, person }, () => response.destroy())
    response.once('close', slot.end)
    if (!(await slot.begun)) return
    response.setTimeout(DOWNLOAD_IDLE_MS, () => response.destroy())
    const { bytes, parts } = await room.gifs.readGif(gif)
    this.#metrics.downloads.inc()
    response.writeHead(200, {
      ...headers,
      'Content-Type': 'image/gif',
      'Content-Length': bytes,
      'X-Content-Type-Options': 'nosniff',
    })
    await sendPacedBody(response, parts, slot.progress, count =>
      this.#downloadPace.spendBytes(address, count),
    )
  }

  /** The same, of somebody who may post there. */
  async #posterIn(request: IncomingMessage, roomId: string): Promise<Present> {
    const present = await this.#presentIn(request, roomId)
    if (!(await present.room.mayPost(present.person))) {
      throw new RequestError('readOnly', 'an observer only reads: come as a person or a bot')
    }
    return present
  }

  /** The room, and who shows a valid token and is there. */
  async #presentIn(request: IncomingMessage, roomId: string): Promise<Present> {
    const [, token] = /^Bearer ([\w.-]{1,256})$/.exec(request.headers.authorization ?? '') ?? []
    const session = token === undefined ? undefined : this.#tokens.verify(token)
    if (session === undefined)
      throw new RequestError('unauthorized', 'show your token as Authorization: Bearer <token>')
    const room = await this.#rooms.findRoom(roomId)
    const person = publicUserOf(session).id
    if (!(await room.isPresent(person)))
      throw new RequestError('notInRoom', 'you are not in this room: join it first')
    return { room, person }
  }
}

const shareSlots = (atOnce: number, share: number) => ({
  atOnce,
  perAddress: Math.ceil(atOnce * share),
  kept: Math.floor(atOnce * KEPT_SHARE),
})

/** How long a body is by its headers; 0 where they do not say. */
const statedLength = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0)

async function scanUpload(
  request: IncomingMessage,
  mostBytes: number,
  progress: TransferProgress,
): Promise<ScannedGif> {
  // Memory is reserved once for a stated length, and taken as the bytes come.
  const scanner = new UploadScanner(mostBytes, statedLength(request) || undefined)
  request.setTimeout(UPLOAD_IDLE_MS, () => request.destroy())
  try {
    progress.awaitPeer()
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      progress.countBytes(chunk.length)
      scanner.scanChunk(chunk)
    }
    return scanner.endScan()
  } catch (error) {
    if (!(error instanceof GifRefusal)) throw error
    if (error.reason === 'tooLarge') throw gifTooLarge(mostBytes)
    throw new RequestError('invalidGif', error.message, { reason: error.reason })
  } finally {
    progress.awaitServer()
  }
}

const gifTooLarge = (mostBytes: number): RequestError =>
  new RequestError('gifTooLarge', `this server takes GIFs of at most ${inMebibytes(mostBytes)}`, {
    reason: 'tooLarge',
  })

const inMebibytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`
