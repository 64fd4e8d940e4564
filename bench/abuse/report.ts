import { quantile } from '../statistics.ts'
import type { Abuse } from './abuse.ts'
import type { VariantRun } from './run-abuse.ts'

const MIB = 1024 * 1024
/** The goals of the table. */
const MOST_TIMES = 3
const MOST_MIB = 400

/** What is printed of one variant. */
export interface Row {
  readonly abuse: string
  readonly what: string
  readonly variant: string
  readonly p50Without: number
  readonly p99Without: number
  readonly p50: number
  readonly p99: number
  /** The longest visit, without the flood and beside it. */
  readonly visitWithout: number
  readonly visit: number
  readonly refusals: readonly string[]
  readonly memoryMiB: number
  readonly diskMiB: number
  readonly logMiB: number
  readonly flood: VariantRun['flood']
  readonly goals: readonly { readonly text: string; readonly isMet: boolean }[]
}

export function rowOf({ name, what }: Abuse, run: VariantRun): Row {
  const p99Without = quantile(run.without.acks, 0.99)
  const p99 = quantile(run.beside.acks, 0.99)
  const times = p99 / p99Without
  const memoryMiB = run.mostMemory / MIB
  const { refusals } = run.beside
  return {
    abuse: name,
    what,
    variant: run.variant,
    p50Without: quantile(run.without.acks, 0.5),
    p99Without,
    p50: quantile(run.beside.acks, 0.5),
    p99,
    visitWithout: Math.max(...run.without.visits),
    visit: Math.max(...run.beside.visits),
    refusals,
    memoryMiB,
    diskMiB: run.mostDisk / MIB,
    logMiB: run.logBytes / MIB,
    flood: run.flood,
    goals: [
      { text: `p99 ${times.toFixed(1)} ×`, isMet: times <= MOST_TIMES },
      { text: `${Math.round(memoryMiB)} MiB`, isMet: memoryMiB <= MOST_MIB },
      { text: `${refusals.length} refused`, isMet: refusals.length === 0 },
    ],
  }
}

const HEAD = [
  'abuse',
  'variant',
  'ack p50/p99 without, ms',
  'ack p50/p99 beside, ms',
  'longest visit, ms',
  'pair refused',
  'memory, MiB',
  'disk, MiB',
  'the flood',
  `goals: p99 ≤ ${MOST_TIMES} ×, ≤ ${MOST_MIB} MiB, none refused`,
]

/** The rows as a Markdown table, one line each. The first line is the head. */
export const tableHead = (): string => `${line(HEAD)}${line(HEAD.map(() => '---'))}`

export function tableLine(row: Row): string {
  const { flood } = row
  return line([
    row.what,
    row.variant,
    `${row.p50Without.toFixed(1)} / ${row.p99Without.toFixed(1)}`,
    `${row.p50.toFixed(1)} / ${row.p99.toFixed(1)}`,
    `${Math.round(row.visitWithout)} → ${Math.round(row.visit)}`,
    row.refusals.length === 0 ? 'never' : `${row.refusals.length} ×`,
    String(Math.round(row.memoryMiB)),
    row.diskMiB.toFixed(1),
    `${flood.connected} connected, ${flood.refused} refused, ${flood.ended} ended; ${megabytes(flood.bytesOut)} out, ${megabytes(flood.bytesIn)} in`,
    row.goals.map(({ text, isMet }) => (isMet ? `${text}: met` : `**${text}: missed**`)).join('; '),
  ])
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
const megabytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`
