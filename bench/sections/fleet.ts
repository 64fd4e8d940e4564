import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMongo } from '../../test/support/mongodb.ts'
import { BenchFleet, type FleetCpu, untilTaken } from '../bench-fleet.ts'
import { GifchatConnection, GifchatMember } from '../load/gifchat-dialect.ts'
import { UNTALLIED } from '../load/member.ts'
import { LoadGenerator } from '../load-generator.ts'
import { atMost, type BenchOptions, type Goal, type Row, type Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

/** Several nodes as one service: how long the way over an edge is, and what it costs. */
export const fleet: Section = {
  name: 'fleet',
  async run({ rounds, mongo }) {
    const first = mongo && (await BenchFleet.start(2, mongo))
    if (mongo === undefined || first === undefined) return []
    const rows: Row[] = []
    {
      await using fleet = first
      await using alone = await BenchFleet.start(1, mongo)
      rows.push(await ackTimes(fleet, alone, rounds))
    }
    return [...rows, ...(await deliveryCosts(mongo, rounds))]
  },
}

/** About as long as people's messages are. */
const TEXT = 'so, did you see what happened on the way here this morning'.padEnd(60, '.')
const MESSAGES = 100
/** How much later an ack may come over an edge, in milliseconds. */
const EDGE_MS = 1

/** Two people in a room post by turns, one on its owner and one on an edge. */
async function ackTimes(fleet: BenchFleet, alone: BenchFleet | undefined, rounds: number): Promise<Row> {
  const [owner, edge] = await talkersIn(fleet)
  const [lone] = alone === undefined ? [] : await talkersIn(alone)
  const talkers = [lone, owner, edge].filter(talker => talker !== undefined)
  const p50 = talkers.map((): number[] => [])
  const p99 = talkers.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, talker] of talkers.entries()) {
      const times = await timesOf(talker)
      // The first round warms up.
      if (round === 0) continue
      p50[index]?.push(median(times))
      p99[index]?.push(quantile(times, 0.99))
    }
  }
  for (const talker of talkers) talker.close()
  const figures = talkers.map(
    (_, index) => `${median(p50[index] ?? []).toFixed(2)} / ${median(p99[index] ?? []).toFixed(2)}`,
  )
  const later = median((p50.at(-1) ?? []).map((value, round) => value - (p50.at(-2)?.[round] ?? Number.NaN)))
  const goal: Goal = {
    text: `edge ≤ owner + ${EDGE_MS} ms`,
    measured: `+ ${later.toFixed(2)} ms`,
    isMet: later <= EDGE_MS,
  }
  return {
    what: 'ms to a durable ack, p50 / p99: one node alone; owner of two; over an edge',
    values: { 'gifchat on MongoDB': figures.join('; ') },
    goals: [goal],
  }
}

/** A person on each node in one room, which the first node owns. */
async function talkersIn({ ports }: BenchFleet): Promise<readonly GifchatMember[]> {
  const hello = (port: number) => GifchatConnection.hello({ port, from: '127.0.0.2', tally: UNTALLIED })
  const people = await Promise.all(ports.map(hello))
  const created = await untilTaken(async () => people[0]?.ask({ type: 'room.create', title: 'fleet' }))
  const { id } = JSON.parse(created ?? '').room
  const talkers: GifchatMember[] = []
  for (const person of people) {
    await untilTaken(() => person.ask({ type: 'chat.join', room: id }))
    person.member = new GifchatMember(person, id)
    talkers.push(person.member)
  }
  return talkers
}

async function timesOf(talker: GifchatMember): Promise<readonly number[]> {
  const times: number[] = []
  for (let message = 0; message < MESSAGES; message++) {
    const answered = new Promise<void>(resolve => {
      talker.onAnswered = resolve
    })
    const start = performance.now()
    talker.say(TEXT)
    await answered
    times.push(performance.now() - start)
  }
  return times
}

const SIZES = [1, 2, 4]
const ROOMS = 4
const MEMBERS = 100
/** Each has eight messages in flight, or one. */
const LOADS = [
  { talkers: 10, window: 8, messages: 60 },
  { talkers: 10, window: 1, messages: 20 },
]
/** What several nodes may use together, in times of what one uses. */
const TIMES = 1.25

/** For so long each node gets messages before it is measured: compilers need more than a second. */
const WARM_UP_MS = 4_000
const IDLE_MS = 2_000

interface Contestant {
  readonly fleet: BenchFleet
  readonly load: LoadGenerator
  /** What it uses in a millisecond in which nobody says anything. It belongs to no delivery. */
  readonly idle: FleetCpu
}

/** Each room's members are spread over two of the nodes. */
async function deliveryCosts(mongo: TestMongo, rounds: BenchOptions['rounds']): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack()
  const contestants: Contestant[] = []
  for (const size of SIZES) {
    const fleet = await BenchFleet.start(size, mongo)
    if (fleet === undefined) return []
    stack.use(fleet)
    const load = stack.use(new LoadGenerator())
    const { ports } = fleet
    await load.fill({ port: ports[0] ?? 0, ports, dialect: 'gifchat', rooms: ROOMS, members: MEMBERS })
    const idle = await fleet.cpuOf(() => sleep(IDLE_MS))
    contestants.push({ fleet, load, idle: { nodes: idle.nodes / IDLE_MS, redis: idle.redis / IDLE_MS } })
  }
  const rows: Row[] = []
  for (const options of LOADS) {
    const costs = contestants.map((): FleetCpu[] => [])
    for (const contestant of contestants) {
      const start = performance.now()
      const warmUpMs = WARM_UP_MS * contestant.fleet.nodes.length
      while (performance.now() - start < warmUpMs) await deliveryCost(contestant, options)
    }
    for (let round = 0; round < rounds; round++) {
      for (const [index, contestant] of contestants.entries())
        costs[index]?.push(await deliveryCost(contestant, options))
    }
    rows.push(rowOf(options, costs))
  }
  return rows
}

/** Microseconds for each delivery. */
async function deliveryCost(
  { fleet, load, idle }: Contestant,
  options: (typeof LOADS)[number],
): Promise<FleetCpu> {
  const serverPid = fleet.pids[0] ?? 0
  let deliveries = 0
  const start = performance.now()
  const cpu = await fleet.cpuOf(async () => {
    ;({ deliveries } = await load.talk({ serverPid, ...options }))
  })
  const ms = performance.now() - start
  return {
    nodes: (cpu.nodes - idle.nodes * ms) / deliveries,
    redis: (cpu.redis - idle.redis * ms) / deliveries,
  }
}

function rowOf({ talkers, window }: (typeof LOADS)[number], costs: readonly (readonly FleetCpu[])[]): Row {
  const nodes = costs.map(rounds => rounds.map(cost => cost.nodes))
  const figures = costs.map((rounds, index) => {
    const redis = median(rounds.map(cost => cost.redis))
    return `${median(nodes[index] ?? []).toFixed(2)} (${redis.toFixed(2)})`
  })
  const [one = [], ...more] = nodes
  const goals = more.map((values, index) =>
    atMost({ text: `${SIZES[index + 1]} nodes ≤ ${TIMES} × one`, times: TIMES }, values, one),
  )
  return {
    what: `CPU µs per delivery of all nodes together (Redis beside it): ${ROOMS} × ${MEMBERS}, ${talkers} talkers each, window ${window}, at ${SIZES.join(' / ')} nodes`,
    values: { 'gifchat on MongoDB': figures.join(' / ') },
    goals,
  }
}
