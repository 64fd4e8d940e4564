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

/** What a figure should be, and what it is. */
export interface Goal {
  /** `≤ 2 × Bun` */
  readonly text: string
  /** The figure that the goal speaks of, as it was measured. */
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
  /** How often each thing is measured, at least; the table shows medians. */
  readonly rounds: number
  /** What stands behind MongoDB's wire protocol, where there is one. */
  readonly mongo: TestMongo | undefined
}

/** Something that can be measured by itself. */
export interface Section {
  readonly name: string
  run(options: BenchOptions): Promise<readonly Row[]>
}

/** A goal of the kind `at most this many times the other's`; both in the same unit, one pair a round. */
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
