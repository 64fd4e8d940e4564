import type { FloodTally } from './flood-connection.ts'

/** Where a flood takes place. */
export interface Ground {
  readonly port: number
  /** What all connections of the flood have done. */
  readonly tally: FloodTally
  /** Numbers from 0 to 1, the same in every run. */
  readonly random: () => number
  /** The rooms of the innocent pair: one that everybody may enter, and one with a password. */
  readonly pairRoom: string
  readonly lockedRoom: string
}

/** Goes on until the signal aborts, and then stops by itself. */
export type Flood = (until: AbortSignal) => Promise<unknown>

/** Prepares a flood: opens the rooms it needs, and takes seats. What it does counts nowhere. */
export type Variant = (ground: Ground) => Promise<Flood>

/** A kind of abuse, with the ways in which it can be done. */
export interface Abuse {
  /** For `--only`. */
  readonly name: string
  readonly what: string
  readonly variants: Readonly<Record<string, Variant>>
  /** The pair's visitor enters the room with a password. */
  readonly meetsPassword?: boolean
}
