import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openStore } from '../../server/store/open-store.ts'
import { TestFleet } from '../support/fleet.ts'
import { hasHaproxy, NO_HAPROXY, TestHaproxy } from '../support/haproxy.ts'
import { findMongo, NO_MONGODB } from '../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../support/redis.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { ChaosFleet } from './chaos-fleet.ts'
import { countOf } from './checker.ts'
import { seededRandom } from './random.ts'
import { type ChaosGround, type ChaosPlan, type ChaosReport, OPEN_RATES, runChaos } from './run.ts'
import { ServerOnDatabase } from './server-on-database.ts'

const USAGE = `npm run chaos -- [--kills 20] [--cuts 200] [--clients 50] [--rooms 10] [--messages 5000]
                 [--kill-every-ms 2500] [--seed N] [--store embedded|mongodb|both]
                 [--nodes 3 [--freezes 10] [--redis-restarts 5]]
                 [--rolls 0] [--database-freezes 0] [--database-kills 0]

With --store mongodb, --rolls lets a second server replace the first, and the database can be frozen and killed.
All takes --kills (1 at least) times --kill-every-ms.

With --nodes, that many servers on one MongoDB and one Redis stand behind HAProxy.`

const print = (line: string) => process.stdout.write(`${line}\n`)
const log = { info: () => {}, warn: () => {} }

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      cuts: { type: 'string', default: '200' },
      clients: { type: 'string', default: '50' },
      rooms: { type: 'string', default: '10' },
      messages: { type: 'string', default: '5000' },
      'kill-every-ms': { type: 'string', default: '2500' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      store: { type: 'string', default: 'both' },
      nodes: { type: 'string', default: '1' },
      freezes: { type: 'string', default: '10' },
      'redis-restarts': { type: 'string', default: '5' },
      rolls: { type: 'string', default: '0' },
      'database-freezes': { type: 'string', default: '0' },
      'database-kills': { type: 'string', default: '0' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    print(USAGE)
    return 0
  }
  const plan: ChaosPlan = {
    seed: Number(values.seed),
    clients: Number(values.clients),
    rooms: Number(values.rooms),
    kills: Number(values.kills),
    cuts: Number(values.cuts),
    messages: Number(values.messages),
    killEveryMs: Number(values['kill-every-ms']),
    freezes: Number(values.freezes),
    redisRestarts: Number(values['redis-restarts']),
    rolls: Number(values.rolls),
    databaseFreezes: Number(values['database-freezes']),
    databaseKills: Number(values['database-kills']),
  }
  const nodes = Number(values.nodes)
  print(`seed ${plan.seed}: ${plan.clients} clients in ${plan.rooms} rooms say ${plan.messages} messages\n`)
  if (nodes > 1) return printTable(await onFleet(plan, nodes)) === 0 ? 0 : 1
  const stores = values.store === 'both' ? ['embedded', 'mongodb'] : [values.store]
  let wrong = 0
  for (const store of stores) {
    const report = store === 'mongodb' ? await onMongo(plan) : await onEmbedded(plan)
    wrong += printTable(report)
  }
  return wrong === 0 ? 0 : 1
}

async function onEmbedded(plan: ChaosPlan): Promise<Named> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-chaos-'))
  await using server = new ServerProcess({ port: await freePort(), data, env: OPEN_RATES })
  const report = await play(plan, {
    server,
    openStore: () => openStore({ data, durability: 'process', log }),
  })
  await rm(data, { recursive: true, force: true })
  return { name: 'embedded', report }
}

async function onMongo(plan: ChaosPlan): Promise<Named> {
  await using mongo = await findMongo()
  if (mongo === undefined) throw new Error(NO_MONGODB)
  const mongodbUri = mongo.uri
  const mongodbDatabase = mongo.newDatabaseName()
  const newServer = async () =>
    new ServerProcess({
      port: await freePort(),
      data: tmpdir(),
      env: { MONGODB_URI: mongodbUri, GIFCHAT_MONGODB_DATABASE: mongodbDatabase, ...OPEN_RATES },
    })
  const server = new ServerOnDatabase(mongo, newServer, await newServer())
  try {
    const openAgain = () => openStore({ mongodbUri, mongodbDatabase, data: '', durability: 'process', log })
    const report = await play(plan, { server, openStore: openAgain })
    const sorted = server.databaseMs.toSorted((a, b) => a - b)
    const [median, worst] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0]
    print(`servers replaced: ${server.rolls}; database frozen: ${server.freezes}, killed: ${sorted.length}`)
    print(`ready after the database came back, ms: median ${median}, worst ${worst}\n`)
    return { name: mongo.name, report }
  } finally {
    await server.stop('SIGKILL')
  }
}

async function onFleet(plan: ChaosPlan, count: number): Promise<Named> {
  await using mongo = await findMongo()
  await using redis = await TestRedis.find()
  if (mongo === undefined || redis === undefined) throw new Error(mongo === undefined ? NO_MONGODB : NO_REDIS)
  if (!hasHaproxy()) throw new Error(NO_HAPROXY)
  await using fleet = new TestFleet({ mongo, redis }, ['--log-level', 'warn'])
  for (let index = 0; index < count; index++) await fleet.addNode({ env: OPEN_RATES })
  await using haproxy = await TestHaproxy.start(fleet.nodes.map(({ port }) => port))
  const server = new ChaosFleet({ fleet, haproxy, redis, random: seededRandom(plan.seed + 1) })
  const address = { mongodbUri: mongo.uri, mongodbDatabase: fleet.databaseName }
  const report = await play(plan, {
    server,
    openStore: () => openStore({ ...address, data: '', durability: 'process', log }),
  })
  return { name: `${count} servers on ${mongo.name}`, report }
}

async function play(plan: ChaosPlan, ground: ChaosGround): Promise<ChaosReport> {
  await ground.server.start()
  return runChaos(plan, ground)
}

interface Named {
  readonly name: string
  readonly report: ChaosReport
}

/** Prints one table and returns the number of faults. */
function printTable({ name, report }: Named): number {
  const { differences, faults } = report
  const recovery = report.recoveryMs.toSorted((a, b) => a - b)
  const quantile = (share: number) =>
    recovery[Math.min(recovery.length - 1, Math.floor(recovery.length * share))] ?? 0
  const rows: readonly (readonly [string, number | string])[] = [
    ['server killed with SIGKILL', faults.kill],
    ['connections cut / cut in the middle of a chunk', `${faults.cut} / ${faults.halve}`],
    ['connections stalled / delayed', `${faults.stall} / ${faults.delay}`],
    ['messages said / acked / told to have failed', `${report.said} / ${report.acked} / ${report.failed}`],
    ['messages shown, all clients together', report.shown],
    ['acked and lost', differences.lostAcked.length],
    ['duplicated', differences.duplicated.length],
    ['out of order', differences.outOfOrder.length],
    ['gaps', differences.gaps.length],
    ['altered', differences.altered.length],
    ['neither acked nor failed', differences.silent.length],
    ['said to have failed, and stored', differences.falselyFailed.length],
    ['seats lost', report.lostSeats.length],
    ['ghosts', report.ghosts],
    ['rooms and messages left over', report.leftOver],
    ['back in the room after a kill, ms: median / p99', `${quantile(0.5)} / ${quantile(0.99)}`],
  ]
  print(`| ${name} | |\n|---|---|`)
  for (const [label, value] of rows) print(`| ${label} | ${value} |`)
  print('')
  for (const sentence of [...Object.values(differences).flat(), ...report.lostSeats].slice(0, 20))
    print(sentence)
  return countOf(differences) + report.lostSeats.length + report.ghosts + report.leftOver
}

process.exitCode = await main()
