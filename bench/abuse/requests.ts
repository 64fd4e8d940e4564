import type { FloodTally } from './flood-connection.ts'

/** The rooms of the pair. */
export interface PairRooms {
  readonly pairRoom: string
  readonly lockedRoom: string
}

/** What the pair's process does. */
export type PairRequest =
  /** Opens the rooms, takes the seats, and posts the GIF that the visitor fetches. */
  | { readonly kind: 'open'; readonly port: number }
  /** Talks at a steady rate. Meanwhile a visitor comes and goes. */
  | { readonly kind: 'talk'; readonly milliseconds: number; readonly meetsPassword: boolean }

/** What the pair felt. */
export interface PairResult {
  /** Milliseconds from each message to its ack, or to the end of the wait. */
  readonly acks: readonly number[]
  /** Milliseconds that each visit took: join, a GIF down, a GIF up, leave. */
  readonly visits: readonly number[]
  /** In words: each answer or end that nobody who behaves should meet. */
  readonly refusals: readonly string[]
}

/** What the flood's process does. */
export type FloodRequest =
  | ({
      readonly kind: 'prepare'
      readonly port: number
      readonly abuse: string
      readonly variant: string
    } & PairRooms)
  | { readonly kind: 'flood'; readonly milliseconds: number }

export type FloodResult = FloodTally
