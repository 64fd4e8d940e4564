import { openStore } from '../../server/store/open-store.ts'
import type { TestMongo } from '../../test/support/mongodb.ts'
import { startBenchServer } from '../bench-server.ts'
import { LoadGenerator } from '../load-generator.ts'
import { BEFORE_ITS_START, cpuMicrosecondsSince } from '../process-usage.ts'
import { type Row, type Section, within } from '../section.ts'
import { median, quantile } from '../statistics.ts'

const CLIENTS = 1_000
/** What each of them has missed. */
const MISSED = 100
/** About as long as people's messages are. */
const TEXT = 'so, did you see what happened on the way here this morning'.padEnd(60, '.')

/** A thousand people behind one address come back after their server was killed. */
export const returns: Section = {
  name: 'returns',
  async run({ rounds, mongo }) {
    const rows: Row[] = []
    for (const members of [10, 1_000]) rows.push(await comeBack(members, rounds))
    if (mongo !== undefined) rows.push(await comeBackOnMongo(mongo, rounds))
    return rows
  },
}

/** Who comes back to a server on MongoDB, and what each of them has said there. */
const ON_MONGO = { rooms: 10, members: 5, saidByEach: 100 }

/** A few people come back to rooms with many messages. The times count from the kill. */
async function comeBackOnMongo(mongo: TestMongo, rounds: number): Promise<Row> {
  const ready: number[] = []
  const medians: number[] = []
  const p99s: number[] = []
  const { rooms, members, saidByEach } = ON_MONGO
  for (let round = 0; round < rounds; round++) {
    await using server = await startBenchServer([
      '--mongodb-uri',
      mongo.uri,
      '--mongodb-database',
      mongo.newDatabaseName(),
    ])
    await using load = new LoadGenerator()
    await load.seat({ server: server.url, rooms, members })
    await load.say(saidByEach)
    const killedAt = Date.now()
    await server.stop('SIGKILL')
    await server.start()
    ready.push((Date.now() - killedAt) / 1_000)
    const times = (await load.awaitReturn()).map(time => (time - killedAt) / 1_000)
    medians.push(median(times))
    p99s.push(quantile(times, 0.99))
  }
  const figures = [ready, medians, p99s].map(median)
  const [readyS = 0, medianS = 0, p99S = 0] = figures
  return {
    what: `${rooms * members} clients in ${rooms} rooms with ${rooms * members * saidByEach} messages are back after a kill: ready, back median / p99, s from the kill`,
    values: { 'gifchat on MongoDB': `${readyS.toFixed(1)}; ${medianS.toFixed(1)} / ${p99S.toFixed(1)}` },
    goals: [
      within('ready ≤ 0.5', readyS, 0.5),
      within('median ≤ 1.5', medianS, 1.5),
      within('p99 ≤ 5', p99S, 5),
    ],
  }
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
