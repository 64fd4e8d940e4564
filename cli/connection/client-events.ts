import { RequestError } from '../../protocol/error-codes.ts'
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
import type { CertificateProblem } from './route/certificate.ts'
import type { ForeignAnswer, TransferError } from './transfer-error.ts'

/** The state of the connection, as the screen shows it. */
export type ConnectionStatus =
  | { readonly state: 'connecting' }
  /**
   * Connected, but the server lets more people from this address in only later. `hello` is said
   * again at `retryAt`, by `performance.now`.
   */
  | { readonly state: 'queueing'; readonly retryAt: number }
  | { readonly state: 'open' }
  /**
   * Lost. The next try is at `retryAt` by `performance.now`, or at once on `reconnectNow`.
   */
  | {
      readonly state: 'waiting'
      readonly retryAt: number
      readonly attempt: number
      /** What is wrong with the certificate that the server shows by now. */
      readonly certificate?: CertificateProblem
    }
  /** Ended for good: closed by us (1000) or with a code after which no client comes back. */
  | { readonly state: 'closed'; readonly code: number; readonly reason: ClosedReason }

/**
 * Why a connection ended for good: `left` by us, `unreachable` from the start, or ended by the
 * server.
 */
export type ClosedReason =
  | 'left'
  | 'goodbye'
  | 'serverEnded'
  | 'flood'
  | 'misunderstood'
  | 'refused'
  | 'unreachable'
  | 'notGifchat'

/** A message that this client sends and that is not acked yet. */
export interface OutgoingMessage {
  readonly room: RoomId
  readonly clientMessageId: ClientMessageId
  /** Milliseconds since 1970-01-01 UTC, by this machine's clock. */
  readonly createdAt: number
  /** The same moment by `performance.now`. */
  readonly queuedAt: number
  readonly body:
    | { readonly text: string }
    | { readonly gifPath: string; readonly name: string; readonly bytes: number }
  /** The `seq` of the message that it answers. */
  readonly replyTo?: Seq
  /** A message stays `failed` until `retry` or `discard`. `error` says why it failed. */
  readonly state: 'sending' | 'failed'
  readonly error?: RequestError | FileError
  /** Why its GIF did not get through and is uploaded again in a while. */
  readonly delay?: TransferError | undefined
  /** Why the server does not take it yet, when it has said so. It is sent again by itself. */
  readonly refusal?: RequestError
  /** Bytes of the GIF that are uploaded so far, and the milliseconds that took. */
  readonly uploadedBytes?: number
  readonly uploadMs?: number
}

/** Who is in a room without a seat (PROTOCOL.md C9). */
export interface Attendants {
  readonly bots: readonly User[]
  readonly observers: readonly User[]
}

/** Everything that can happen to a client, in the order in which a screen should apply it. */
export type ClientEvent =
  | { readonly type: 'status'; readonly status: ConnectionStatus }
  | {
      readonly type: 'identity'
      readonly user: User
      readonly identity: 'known' | 'new' | 'replaced'
      /** The most bytes of a GIF file, if the server says so. */
      readonly gifFileBytes?: number | undefined
    }
  /** The whole list of rooms: after `watchRooms`, and again after each reconnect. */
  | { readonly type: 'rooms'; readonly rooms: readonly RoomSummary[] }
  | { readonly type: 'newRoom'; readonly room: RoomSummary }
  | { readonly type: 'roomChanged'; readonly room: RoomId; readonly people: number }
  | { readonly type: 'removeRoom'; readonly room: RoomId }
  /**
   * Seated for the first time, or again after a reconnect. In the latter case `isResume` is true
   * and `messages` holds only those that were missed.
   */
  | {
      readonly type: 'joined'
      readonly room: RoomSummary
      readonly members: readonly User[]
      /** How many connections this person has in the room, this one included. */
      readonly connections: number
      readonly attendants: Attendants
      readonly messages: readonly ChatMessage[]
      readonly lastSeq: Seq
      readonly isResume: boolean
    }
  /** Each message once, in order of `seq`, our own included. */
  | { readonly type: 'message'; readonly room: RoomId; readonly message: ChatMessage }
  /** With `isReturn`, they sat there before the connection was lost: they only came back later. */
  | {
      readonly type: 'join'
      readonly room: RoomId
      readonly users: readonly User[]
      readonly people: number
      readonly isReturn?: boolean
    }
  | { readonly type: 'exit'; readonly room: RoomId; readonly users: readonly User[]; readonly people: number }
  /** Who is in the room beside its people now. */
  | { readonly type: 'attendants'; readonly room: RoomId; readonly attendants: Attendants }
  /** These people are writing now. No event says when they stop. */
  | { readonly type: 'typing'; readonly room: RoomId; readonly users: readonly User[] }
  /** An outgoing message was added or has changed. */
  | { readonly type: 'outgoing'; readonly message: OutgoingMessage }
  /**
   * The server has stored an outgoing message. Its `message` event comes too, before or after.
   */
  | {
      readonly type: 'sent'
      readonly room: RoomId
      readonly clientMessageId: ClientMessageId
      readonly seq: Seq
      readonly createdAt: number
    }
  /** The user gave an outgoing message up. */
  | { readonly type: 'discarded'; readonly room: RoomId; readonly clientMessageId: ClientMessageId }
  /**
   * The seat is lost and joining again failed: the room is gone or full, or wants another
   * password.
   */
  | { readonly type: 'lostSeat'; readonly room: RoomId; readonly error: RequestError }
  | { readonly type: 'serverRestart'; readonly retryAfterMs: number }

/**
 * A client of one server. It keeps the connection, the seats and the messages that are not acked.
 * Requests reject with `RequestError`.
 */
export interface ChatClient {
  /** `ws://host:port`, with the server's path if it has one. */
  readonly server: string
  readonly status: ConnectionStatus
  readonly user: User | undefined
  /** Calls `listener` for every event from now on. Returns the function that ends this. */
  subscribe(listener: (event: ClientEvent) => void): () => void
  /** Resolves once welcomed; rejects with `ServerUnreachableError` when the first try fails. */
  connect(): Promise<void>
  /** Dials at once if the next try is still awaited. */
  reconnectNow(): void
  /** Ends the connection for good, since the server is known to be gone. `connect` begins anew. */
  endWithServer(): void
  /**
   * Reads no more of the connection for as long as nobody can take what comes. Its server may close
   * it meanwhile (PROTOCOL.md D8); once it is read again, the client comes back and misses nothing.
   */
  setReading(isReading: boolean): void
  /** All rooms, page by page. */
  listRooms(): Promise<readonly RoomSummary[]>
  /** Subscribes to the list of rooms: a `rooms` event first, then each change. */
  watchRooms(): Promise<void>
  unwatchRooms(): Promise<void>
  createRoom(room: {
    readonly title: string
    readonly max: number
    readonly password?: string
  }): Promise<RoomSummary>
  /**
   * Takes a seat; a `joined` event comes before it resolves. The password is kept in memory, to
   * join again after a reconnect. With `isPatient`, it waits while the server is busy; otherwise
   * the caller shows that.
   */
  join(
    room: RoomId,
    options?: { readonly password?: string; readonly sinceSeq?: Seq; readonly isPatient?: boolean },
  ): Promise<RoomSummary>
  leave(room: RoomId): Promise<void>
  /**
   * Puts a text into the outbox, where it stays until it is acked or refused. `acked` resolves
   * with the ack and rejects with the refusal.
   */
  send(room: RoomId, text: string, replyTo?: Seq): OutgoingHandle
  /** The most bytes of a GIF file that the server takes. */
  readonly mostGifBytes: number
  /**
   * Uploads a GIF file, or a smaller one that was made of it, and posts it. Its handle works like
   * that of `send`.
   */
  sendGif(room: RoomId, path: string, replyTo?: Seq, smaller?: Uint8Array): OutgoingHandle
  /** Tells the others in the room that the user is writing, if the connection is open. */
  hintTyping(room: RoomId): void
  /** Sends a failed message again. */
  retry(clientMessageId: ClientMessageId): void
  /** Gives a message up: cancels its upload, or forgets that it failed. */
  discard(clientMessageId: ClientMessageId): void
  /** A page of messages before `beforeSeq`, in order. */
  history(room: RoomId, beforeSeq: Seq, limit?: number): Promise<readonly ChatMessage[]>
  /** The bytes of a posted GIF. */
  fetchGif(room: RoomId, gif: GifId): Promise<Uint8Array>
  /** The same, but asks again while the server is busy and the connection holds. */
  awaitGif(room: RoomId, gif: GifId): Promise<Uint8Array>
  /** Leaves every room and closes. Resolves when the socket is gone. */
  close(): Promise<void>
}

export interface OutgoingHandle {
  readonly clientMessageId: ClientMessageId
  readonly acked: Promise<{ readonly seq: Seq; readonly createdAt: number }>
}

/** Why the first try did not reach a gifchat server. */
export type UnreachableReason =
  | 'noAnswer'
  | 'noSuchHost'
  | 'noWay'
  /** Nothing was heard for as long as the caller waits. */
  | 'silent'
  | 'noProxy'
  | 'hungUp'
  | 'notGifchat'
  /** Something answered the upgrade with plain HTTP. */
  | Exclude<ForeignAnswer, 'tooLarge' | 'refused'>
  | CertificateProblem

/** No gifchat server answers at this address. The caller puts the reason into words. */
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

/**
 * What answers at this address said something that no gifchat server says: the connection is over
 * for good. It is a request error, since that is what every request in progress then rejects with.
 */
export class BrokenServerError extends RequestError {
  readonly server: string

  constructor(server: string, problem: string) {
    super('internal', `${server} is no gifchat server: ${problem}`)
    this.server = server
  }

  override get isRetryable(): boolean {
    return false
  }
}
