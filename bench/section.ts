import type { TestMongo } from '../test/support/mongodb.ts'
import { median } from './statistics.ts'

/** Who is measured: a column of the table. */
export const COLUMNS = [
  'gifchat',
  'gifchat on MongoDB',
  'Socket.IO',
  'Socket.IO + mongoose',
  '`ws`',
  'Bun',
] as const
export type Column = (typeof COLUMNS)[number]

/** A goal for a figure, and the figure. */
export interface Goal {
  /** `≤ 2 × Bun` */
  readonly text: string
  /** The measured figure, as the goal states it. */
  readonly measured: string
  readonly isMet: boolean
}

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly values: Readonly<Partial<Record<Column, string>>>
  readonly goals?: readonly Goal[]
}

export interface BenchOptions {
  /** How often each figure is measured at least. The table shows medians. */
  readonly rounds: number
  /** The program that speaks MongoDB's wire protocol, if there is one. */
  readonly mongo: TestMongo | undefined
}

/** A part of the bench that can be run alone. */
export interface Section {
  readonly name: string
  run(options: BenchOptions): Promise<readonly Row[]>
}

/** A goal for a figure alone: `≤ 3 s`. */
export const within = (text: string, measured: number, most: number): Goal => ({
  text,
  measured: measured.toFixed(1),
  isMet: measured <= most,
})

/**
 * A goal of the kind `at most this many times the other's`. There is one pair of figures a round,
 * both in the same unit.
 */
export function atMost(
  limit: { readonly text: string; readonly times: number },
  own: readonly number[],
  other: readonly number[],
): Goal {
  const ratio = median(own.map((value, round) => value / (other[round] ?? Number.NaN)))
  return { text: limit.text, measured: ratioText(ratio), isMet: ratio <= limit.times }
}

/** `1/14` or `1.34 ×`. */
const ratioText = (ratio: number): string =>
  ratio < 0.5 ? `1/${(1 / ratio).toFixed(1)}` : `${ratio.toFixed(2)} ×`
