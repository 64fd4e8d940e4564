import { startBenchServer } from '../bench-server.ts'
import { Flood } from '../flood.ts'
import { residentBytes } from '../process-usage.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'

/** After how many messages memory is read. */
const MILESTONES = [10_000, 50_000, 100_000]
/** A rate at which the client does not fall behind for good. */
const PER_SECOND = 4_000
/** Runs differ by some 20 MiB, since V8 collects garbage at other moments each time. */
const RUNS = 3
/** The growth that still counts as flat. */
const FLAT = 1.15

/** Whether the client's memory grows with the number of messages. */
export const clientMemory: Section = {
  name: 'client-memory',
  async run() {
    const runs: (readonly number[])[] = []
    while (runs.length < RUNS) runs.push(await memoryOfOneRun())
    const memory = MILESTONES.map((_, index) => median(runs.map(run => run[index] ?? Number.NaN)))
    const growth = (memory.at(-1) ?? Number.NaN) / (memory[0] ?? Number.NaN)
    return [
      {
        what: `the client's memory after ${MILESTONES.map(count => count.toLocaleString('en')).join(' / ')} messages, MiB (medians of ${RUNS} runs)`,
        values: { gifchat: memory.map(size => size.toFixed(0)).join(' / ') },
        goals: [{ text: 'flat', measured: `${growth.toFixed(2)} ×`, isMet: growth <= FLAT }],
      },
    ]
  },
}

/** MiB at each milestone. */
async function memoryOfOneRun(): Promise<readonly number[]> {
  await using server = await startBenchServer()
  const flood = await Flood.open(server)
  await using terminal = await flood.terminal(server)
  const memory: number[] = []
  for (const milestone of MILESTONES) {
    await flood.sayUntil(milestone, PER_SECOND)
    await terminal.waitFor(`said ${milestone} `)
    memory.push(residentBytes(terminal.pid) / 2 ** 20)
  }
  flood.close()
  return memory
}
