import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { type GifId, type GifInfo, gifInfoSchema, type RoomId } from '../../protocol/model.ts'
import { httpErrorSchema } from '../../protocol/server-messages.ts'
import { FileError } from '../files/file-error.ts'
import { fileErrorOf } from '../files/gif-file.ts'
import { type RealFilePath, seenNameOfFile } from '../files/real-file.ts'
import { urlOfServer } from '../identity/server-address.ts'
import { BrokenServerError } from './client-events.ts'
import { CertificateError, certificateProblemOf } from './route/certificate.ts'
import type { ServerRoute } from './route/server-route.ts'
import { TransferError, type TransferKind } from './transfer-error.ts'

/** The most bytes that an answer other than a GIF may have. */
const JSON_BYTES = 64 * 1024
const SILENCE_MS = 30_000
/** How long a transfer may wait for its turn at the server (PROTOCOL.md G7). */
const TURN_MS = 120_000

/** Uploads and downloads GIFs over HTTP, with the same token as the socket (PROTOCOL.md §10). */
export class GifTransfer {
  readonly #server: string
  readonly #route: ServerRoute
  readonly #origin: string
  /** The server's own path, without a "/" at its end. */
  readonly #path: string
  readonly #token: () => string
  #dispatcher: Promise<Dispatcher> | undefined

  /** `server` is the WebSocket address, `ws://host:port/path`. */
  constructor(server: string, route: ServerRoute, token: () => string) {
    const { url } = urlOfServer(server)
    this.#server = server
    this.#route = route
    this.#origin = `${url.protocol.replace('ws', 'http')}//${url.host}`
    this.#path = url.pathname.replace(/\/$/, '')
    this.#token = token
  }

  /**
   * Streams a GIF to a room, or a file of `bytes` bytes. `onProgress` hears how many are sent.
   * Rejects with `FileError` if the file is at fault, with `RequestError` if the server refuses it,
   * and with `TransferError` if it did not get there.
   */
  async uploadGif(
    room: RoomId,
    gif: Uint8Array | { readonly path: RealFilePath; readonly bytes: number },
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<GifInfo> {
    const bytes = gif instanceof Uint8Array ? gif.length : gif.bytes
    const chunks =
      gif instanceof Uint8Array
        ? giveWithProgress(gif, onProgress)
        : readWithProgress(gif.path, gif.bytes, onProgress)
    const response = await this.#request({
      method: 'POST',
      path: `/rooms/${encodeURIComponent(room)}/gifs`,
      headers: { 'content-type': 'image/gif', 'content-length': String(bytes) },
      body: Readable.from(chunks),
      signal,
    })
    if (response.statusCode !== 201) throw await errorOf(response, 'upload')
    const info = gifInfoSchema.safeParse(parseJson(await readUpTo(response.body, JSON_BYTES, 'upload')))
    if (!info.success) throw new BrokenServerError(this.#server, 'its answer to an upload')
    return info.data
  }

  /** The bytes of a posted GIF, at most `LIMITS.gifBytesHighest` of them. */
  async downloadGif(room: RoomId, gif: GifId): Promise<Uint8Array> {
    const response = await this.#request({
      method: 'GET',
      path: `/rooms/${encodeURIComponent(room)}/gifs/${encodeURIComponent(gif)}`,
    })
    if (response.statusCode !== 200) throw await errorOf(response, 'download')
    return readUpTo(response.body, LIMITS.gifBytesHighest, 'download')
  }

  /** Ends every transfer and closes the connections. */
  async endTransfers(): Promise<void> {
    await (await this.#dispatcher)?.destroy()
    this.#dispatcher = undefined
  }

  async #request(
    options: Omit<Dispatcher.RequestOptions, 'headers'> & {
      readonly headers?: Readonly<Record<string, string>>
    },
  ): Promise<Dispatcher.ResponseData> {
    this.#dispatcher ??= this.#route.openDispatcher({ headersTimeout: TURN_MS, bodyTimeout: SILENCE_MS })
    const dispatcher = await this.#dispatcher
    try {
      return await dispatcher.request({
        ...options,
        origin: this.#origin,
        path: this.#path + options.path,
        headers: { ...options.headers, authorization: `Bearer ${this.#token()}` },
      })
    } catch (error) {
      if (error instanceof FileError) throw error
      const problem = certificateProblemOf(error)
      throw problem === undefined
        ? new TransferError(options.method === 'POST' ? 'upload' : 'download')
        : new CertificateError(problem, this.#server)
    }
  }
}

const CHUNK_BYTES = 64 * 1024

function* giveWithProgress(bytes: Uint8Array, onProgress: (bytes: number) => void) {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield bytes.subarray(start, start + CHUNK_BYTES)
    onProgress(Math.min(bytes.length, start + CHUNK_BYTES))
  }
}

/**
 * Reads exactly `bytes` bytes, even if the file grows meanwhile. If it shrinks, that is a
 * `FileError`.
 */
async function* readWithProgress(path: RealFilePath, bytes: number, onProgress: (bytes: number) => void) {
  let sent = 0
  try {
    for await (const chunk of createReadStream(path, { end: bytes - 1 })) {
      yield chunk
      sent += chunk.length
      onProgress(sent)
    }
  } catch (error) {
    throw fileErrorOf(seenNameOfFile(path), error)
  }
  if (sent < bytes) throw new FileError('changed', seenNameOfFile(path))
}

async function readUpTo(
  body: Dispatcher.ResponseData['body'],
  limit: number,
  kind: TransferKind,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > limit)
        throw new RequestError('gifTooLarge', 'The server sent more bytes than a GIF may have.')
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof RequestError ? error : new TransferError(kind)
  }
  return Buffer.concat(chunks)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

/** The server's reason; without one, something on the way has answered in its place. */
async function errorOf(
  { statusCode, body }: Dispatcher.ResponseData,
  kind: TransferKind,
): Promise<RequestError> {
  // The status says enough, also if its page is endless or breaks off.
  const answer = await readUpTo(body, JSON_BYTES, kind).then(parseJson, () => undefined)
  const parsed = httpErrorSchema.safeParse(answer)
  if (parsed.success) return new RequestError(parsed.data.code, parsed.data.message, parsed.data)
  return new TransferError(kind, statusCode)
}
