import { openStore } from '../../server/store/open-store.ts'
import { startBenchServer } from '../bench-server.ts'
import { LoadGenerator } from '../load-generator.ts'
import { BEFORE_ITS_START, cpuMicrosecondsSince } from '../process-usage.ts'
import type { Row, Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

const CLIENTS = 1_000
/** What each of them has missed. */
const MISSED = 100
/** About as long as people's messages are. */
const TEXT = 'so, did you see what happened on the way here this morning'.padEnd(60, '.')

/** A thousand people behind one address come back after their server was killed. */
export const returns: Section = {
  name: 'returns',
  async run({ rounds }) {
    const rows: Row[] = []
    for (const members of [10, 1_000]) rows.push(await comeBack(members, rounds))
    return rows
  },
}

async function comeBack(members: number, rounds: number): Promise<Row> {
  const medians: number[] = []
  const p99s: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < rounds; round++) {
    await using server = await startBenchServer()
    await using load = new LoadGenerator()
    const rooms = await load.seat({ server: server.url, rooms: CLIENTS / members, members })
    await server.stop('SIGKILL')
    await sayMeanwhile(server.data, rooms)
    await using usual = await startBenchServer([], {}, server)
    const listening = Date.now()
    const times = (await load.awaitReturn()).map(time => time - listening)
    cpu.push(cpuMicrosecondsSince(usual.pid ?? 0, BEFORE_ITS_START) / 1e6)
    medians.push(median(times))
    p99s.push(quantile(times, 0.99))
  }
  const seconds = (values: readonly number[]) => (median(values) / 1_000).toFixed(1)
  return {
    what: `${CLIENTS} clients behind one address in rooms of ${members} are back after a kill, each with ${MISSED} messages missed, median / p99 (server CPU)`,
    values: { gifchat: `${seconds(medians)} / ${seconds(p99s)} s (${median(cpu).toFixed(1)} s)` },
  }
}

/** Says in each room what its members missed. */
async function sayMeanwhile(data: string, rooms: readonly string[]): Promise<void> {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const store = await openStore({ data, durability: 'process', log })
  const user = { id: 'somebody', color: '#79D2B8' }
  const messages = Array.from({ length: MISSED }, (_, index) => ({
    text: TEXT,
    user,
    clientMessageId: `missed-${index}`,
    createdAt: Date.now(),
  }))
  await store.appendMessages(rooms.map(room => ({ room, firstSeq: 1, messages })))
  await store.close()
}
