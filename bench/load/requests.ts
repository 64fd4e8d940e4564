/** The protocol of a server. */
export type DialectName = 'gifchat' | 'socket.io' | 'plain'

/** A request of the bench to a load generator. Each is answered before the next one is sent. */
export type LoadRequest =
  /** Opens rooms with so many members each. */
  | {
      readonly kind: 'fill'
      readonly port: number
      /**
       * Of several servers that are one service. The members of a room are on two of them by turns,
       * and each is the first for as many rooms. By default there is one, at `port`.
       */
      readonly ports?: readonly number[]
      readonly dialect: DialectName
      readonly rooms: number
      readonly members: number
      /**
       * How many people the members of a room are. Each then has several connections. By default
       * every member is another person.
       */
      readonly people?: number
    }
  | ({ readonly kind: 'talk' } & TalkOptions)
  /** One talker posts a message at a fixed interval. */
  | { readonly kind: 'pace'; readonly everyMs: number; readonly messages: number }
  /** So many real clients take seats. They come back by themselves after a loss. */
  | { readonly kind: 'seat'; readonly server: string; readonly rooms: number; readonly members: number }
  /** Each of those says so many messages in its room. */
  | { readonly kind: 'say'; readonly each: number }
  /** Waits until all of those are back after a loss. */
  | { readonly kind: 'await-return' }
  /** Everybody leaves. */
  | { readonly kind: 'leave' }

/** Each talker posts `messages`, and keeps `window` of them unanswered. */
export interface TalkOptions {
  readonly serverPid: number
  readonly talkers: number
  readonly window: number
  readonly messages: number
}

/** The result of `talk`. */
export interface TalkResult {
  readonly deliveries: number
  readonly answers: number
  readonly milliseconds: number
  /** Microseconds of processor time that the server used. */
  readonly serverCpu: number
  /** The share of one core that the load generator used. */
  readonly loadShare: number
}

/** Milliseconds from each message to its ack or echo. */
export type PaceResult = readonly number[]

/** When each client was back in its room, in milliseconds since 1970. */
export type ReturnResult = readonly number[]
