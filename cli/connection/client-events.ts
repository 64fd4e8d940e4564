import type { RequestError } from '../../protocol/error-codes.ts'
import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  RoomId,
  RoomSummary,
  Seq,
  User,
} from '../../protocol/model.ts'
import type { FileError } from '../files/file-error.ts'

/** How the connection stands, for the header's words. */
export type ConnectionStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** Lost; the next try comes at `retryAt` (milliseconds since 1970), or at once on `reconnectNow`. */
  | { readonly state: 'waiting'; readonly retryAt: number; readonly attempt: number }
  /** Ended for good: by us (1000), or by a close code that is not reconnectable. */
  | { readonly state: 'closed'; readonly code: number; readonly reason: ClosedReason }

/** Why a connection ended for good: by us, by the server in four ways, or because there never was one. */
export type ClosedReason = 'left' | 'goodbye' | 'flood' | 'misunderstood' | 'refused' | 'unreachable'

/** What this client wants said and has no ack for yet. */
export interface OutgoingMessage {
  readonly room: RoomId
  readonly clientMessageId: ClientMessageId
  /** Milliseconds since 1970-01-01 UTC, by this machine's clock. */
  readonly createdAt: number
  readonly body:
    | { readonly text: string }
    | { readonly gifPath: string; readonly name: string; readonly bytes: number }
  /** The `seq` of the message that it answers. */
  readonly replyTo?: Seq
  /** `failed` stays until `retry` or `discard`; `error` says why. */
  readonly state: 'sending' | 'failed'
  readonly error?: RequestError | FileError
  /** Bytes of the GIF that went out so far, and the milliseconds that they took. */
  readonly uploadedBytes?: number
  readonly uploadMs?: number
}

/** Everything that can happen to a client, in the order in which a screen should apply it. */
export type ClientEvent =
  | { readonly type: 'status'; readonly status: ConnectionStatus }
  | { readonly type: 'identity'; readonly user: User; readonly identity: 'known' | 'new' | 'replaced' }
  /** The lobby afresh: after `watchRooms` and again after each reconnect. */
  | { readonly type: 'rooms'; readonly rooms: readonly RoomSummary[] }
  | { readonly type: 'newRoom'; readonly room: RoomSummary }
  | { readonly type: 'roomChanged'; readonly room: RoomId; readonly people: number }
  | { readonly type: 'removeRoom'; readonly room: RoomId }
  /** Seated: the first time, or again after a reconnect (`isResume`; `messages` are then only those that were missed). */
  | {
      readonly type: 'joined'
      readonly room: RoomSummary
      readonly members: readonly User[]
      readonly messages: readonly ChatMessage[]
      readonly lastSeq: Seq
      readonly isResume: boolean
    }
  /** Each message once, in order of `seq`, one's own included. */
  | { readonly type: 'message'; readonly room: RoomId; readonly message: ChatMessage }
  | { readonly type: 'join'; readonly room: RoomId; readonly users: readonly User[]; readonly people: number }
  | { readonly type: 'exit'; readonly room: RoomId; readonly users: readonly User[]; readonly people: number }
  /** These people write something now; nothing tells when they stop. */
  | { readonly type: 'typing'; readonly room: RoomId; readonly users: readonly User[] }
  /** An outgoing message is new or changed. */
  | { readonly type: 'outgoing'; readonly message: OutgoingMessage }
  /** An outgoing message is durable; its `message` event comes too, before or after. */
  | {
      readonly type: 'sent'
      readonly room: RoomId
      readonly clientMessageId: ClientMessageId
      readonly seq: Seq
      readonly createdAt: number
    }
  /** An outgoing message was given up by the user. */
  | { readonly type: 'discarded'; readonly room: RoomId; readonly clientMessageId: ClientMessageId }
  /** No longer seated and the client can't mend it alone: the room is gone, full, or wants a password again. */
  | { readonly type: 'lostSeat'; readonly room: RoomId; readonly error: RequestError }
  | { readonly type: 'serverRestart'; readonly retryAfterMs: number }

/** A client of one server: keeps the connection, the seats and what is not yet acked. Requests reject with `RequestError`. */
export interface ChatClient {
  /** `ws://host:port`, without a path. */
  readonly server: string
  readonly status: ConnectionStatus
  readonly user: User | undefined
  /** Calls `listener` for every event from now on; returns the way out. */
  subscribe(listener: (event: ClientEvent) => void): () => void
  /** Resolves once welcomed; rejects with `ServerUnreachableError` when the first try fails. */
  connect(): Promise<void>
  /** Tries at once instead of waiting for the next try. */
  reconnectNow(): void
  /** All rooms, page by page. */
  listRooms(): Promise<readonly RoomSummary[]>
  /** From now on the lobby's events come, a `rooms` event first. */
  watchRooms(): Promise<void>
  unwatchRooms(): Promise<void>
  createRoom(room: {
    readonly title: string
    readonly max: number
    readonly password?: string
  }): Promise<RoomSummary>
  /** Takes a seat; a `joined` event comes before it resolves. The password is kept in memory for resumes. */
  join(room: RoomId, options?: { readonly password?: string; readonly sinceSeq?: Seq }): Promise<RoomSummary>
  leave(room: RoomId): Promise<void>
  /** Puts a text into the outbox, where it stays until it is acked or refused; resolves with the ack, rejects when refused. */
  send(room: RoomId, text: string, replyTo?: Seq): OutgoingHandle
  /** Uploads a GIF file and posts it; the same contract as `send`. */
  sendGif(room: RoomId, path: string, replyTo?: Seq): OutgoingHandle
  /** Hints to the others that the user writes, as far as the connection allows. */
  hintTyping(room: RoomId): void
  /** Sends a failed message again. */
  retry(clientMessageId: ClientMessageId): void
  /** Gives a message up: cancels an upload under way, forgets a failed one. */
  discard(clientMessageId: ClientMessageId): void
  /** A page of messages before `beforeSeq`, in order. */
  history(room: RoomId, beforeSeq: Seq): Promise<readonly ChatMessage[]>
  /** The bytes of a posted GIF. */
  fetchGif(room: RoomId, gif: GifId): Promise<Uint8Array>
  /** The same, asked for again for as long as that may help and the connection holds. */
  awaitGif(room: RoomId, gif: GifId): Promise<Uint8Array>
  /** Leaves every room, closes, and resolves when the socket is gone. */
  close(): Promise<void>
}

export interface OutgoingHandle {
  readonly clientMessageId: ClientMessageId
  readonly acked: Promise<{ readonly seq: Seq; readonly createdAt: number }>
}

/** Why the first try did not reach a gifchat server. */
export type UnreachableReason = 'noAnswer' | 'noSuchHost' | 'noWay' | 'busy' | 'hungUp' | 'notGifchat'

/** No gifchat server answers at this address; whoever tells a person puts it into words. */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError'
  readonly reason: UnreachableReason
  readonly server: string

  constructor(reason: UnreachableReason, server: string) {
    super(`${server} is unreachable: ${reason}`)
    this.reason = reason
    this.server = server
  }
}
