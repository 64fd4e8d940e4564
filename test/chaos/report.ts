import { countOf } from './checker.ts'
import type { ChaosReport } from './plan.ts'

/** How many sentences about faults are printed. */
const MOST_SENTENCES = 20

/** A report as lines to print, a table first. */
export function reportLines(name: string, report: ChaosReport): readonly string[] {
  const { differences, faults } = report
  const rows: readonly (readonly [string, number | string])[] = [
    ['server killed with SIGKILL', faults.kill],
    ['connections cut / cut in the middle of a chunk', `${faults.cut} / ${faults.halve}`],
    ['connections stalled / delayed', `${faults.stall} / ${faults.delay}`],
    ['messages said / acked / told to have failed', `${report.said} / ${report.acked} / ${report.failed}`],
    ['messages shown, all clients together', report.shown],
    ['GIFs fetched and compared', report.fetched],
    ['acked and lost', differences.lostAcked.length],
    ['duplicated', differences.duplicated.length],
    ['out of order', differences.outOfOrder.length],
    ['gaps', differences.gaps.length],
    ['altered', differences.altered.length],
    ['neither acked nor failed', differences.silent.length],
    ['said to have failed, and stored', differences.falselyFailed.length],
    ['GIFs lost or altered', differences.wrongGifs.length],
    ['seats lost', report.lostSeats.length],
    ['ghosts', differences.ghosts.length],
    ['over capacity', differences.overCapacity.length],
    ['left over: rooms, seats, messages, GIFs, takeovers', differences.leftOver.join(', ') || 0],
    ['back in the room after a kill, ms: median / p99', quantiles(report.recoveryMs, [0.5, 0.99])],
    ['the same without the freezes of the database', quantiles(report.recoveryAwakeMs, [0.5, 0.99])],
    ['text acked after, ms: median / p99 / longest', quantiles(report.ackMs, [0.5, 0.99, 1])],
    ['clients told of trouble', troubleIn(report)],
  ]
  const sentences = [...Object.values(differences).flat(), ...report.lostSeats]
  return [
    `| ${name} | |\n|---|---|`,
    ...rows.map(([label, value]) => `| ${label} | ${value} |`),
    '',
    ...Array.from(report.troubles, ([trouble, all]) => `${all.length} × ${trouble}`),
    ...sentences.slice(0, MOST_SENTENCES),
  ]
}

/** The number of faults. Trouble that heals by itself is one only where there may be none. */
export const faultsIn = (report: ChaosReport): number =>
  countOf(report.differences) + report.lostSeats.length + (report.isSmooth ? troubleIn(report) : 0)

const troubleIn = ({ troubles }: ChaosReport): number => [...troubles.values()].flat().length

function quantiles(values: readonly number[], shares: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return shares.map(share => Math.round(at(share))).join(' / ')
}
