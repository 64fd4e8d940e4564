/** How the server is spoken to. */
export type DialectName = 'gifchat' | 'socket.io' | 'plain'

/** What the bench asks of a load generator; each is answered before the next is asked. */
export type LoadRequest =
  /** Opens rooms with that many members each. */
  | {
      readonly kind: 'fill'
      readonly port: number
      readonly dialect: DialectName
      readonly rooms: number
      readonly members: number
      /** Persons among the members of a room, who then have several connections; as many as members when left out. */
      readonly people?: number
    }
  | ({ readonly kind: 'talk' } & TalkOptions)
  /** One talker says a message every so often. */
  | { readonly kind: 'pace'; readonly everyMs: number; readonly messages: number }
  /** Everybody leaves. */
  | { readonly kind: 'leave' }

/** Talks until each talker has said `messages`, keeping `window` of them unanswered. */
export interface TalkOptions {
  readonly serverPid: number
  readonly talkers: number
  readonly window: number
  readonly messages: number
}

/** What talking brought. */
export interface TalkResult {
  readonly deliveries: number
  readonly answers: number
  readonly milliseconds: number
  /** Microseconds of processor time that the server used. */
  readonly serverCpu: number
  /** Share of one core that the load generator used. */
  readonly loadShare: number
}

/** Milliseconds from saying a message to its ack or echo. */
export type PaceResult = readonly number[]
