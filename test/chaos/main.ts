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
import { ServiceProxy } from '../support/service-proxy.ts'
import { ChaosFleet, type ChaosNode } from './chaos-fleet.ts'
import { countDocuments } from './evidence.ts'
import { type ChaosGround, type ChaosPlan, type ChaosReport, OPEN_RATES } from './plan.ts'
import { seededRandom } from './random.ts'
import { faultsIn, reportLines } from './report.ts'
import { runChaos } from './run.ts'
import { ServerOnDatabase } from './server-on-database.ts'

const USAGE = `npm run chaos -- [--kills 20] [--cuts 200] [--clients 50] [--rooms 10] [--messages 5000]
                 [--kill-every-ms 2500] [--seed N] [--store embedded|mongodb|both]
                 [--nodes 3 [--freezes 10] [--redis-restarts 5] [--partitions 2] [--gifs 100]]
                 [--rolls 0] [--database-freezes 0] [--database-kills 0]

With --store mongodb, --rolls lets a second server replace the first, and the database can be frozen and killed.
All takes --kills (1 at least) times --kill-every-ms.

With --nodes, that many servers on one MongoDB and one Redis stand behind HAProxy. A partition cuts a node off from
Redis, from the database or from both, one way or both ways. A roll ends all nodes with SIGTERM, one after the other.
Somebody tries all the time to get into each room, which is full. With --kills 0, --rolls last for --kill-every-ms.`

/** Seats are held for so long that nobody else can rightly get one. */
const HOLD_MS = '120000'

/** Tells how far a run is, with the time since the start. */
const note = (what: string) =>
  process.stderr.write(`${performance.now().toFixed(0).padStart(7)} ms ${what}\n`)
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
      partitions: { type: 'string', default: '2' },
      gifs: { type: 'string', default: '100' },
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
  const nodes = Number(values.nodes)
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
    partitions: Number(values.partitions),
    gifs: nodes > 1 ? Number(values.gifs) : 0,
    nodes,
    rolls: Number(values.rolls),
    databaseFreezes: Number(values['database-freezes']),
    databaseKills: Number(values['database-kills']),
  }
  print(`seed ${plan.seed}: ${plan.clients} clients in ${plan.rooms} rooms say ${plan.messages} messages\n`)
  if (nodes > 1) return (await onFleet(plan, nodes)) === 0 ? 0 : 1
  const stores = values.store === 'both' ? ['embedded', 'mongodb'] : [values.store]
  let wrong = 0
  for (const store of stores) {
    wrong += store === 'mongodb' ? await onMongo(plan) : await onEmbedded(plan)
  }
  return wrong === 0 ? 0 : 1
}

async function onEmbedded(plan: ChaosPlan): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-chaos-'))
  await using server = new ServerProcess({ port: await freePort(), data, env: OPEN_RATES })
  const report = await play(plan, {
    server,
    openStore: () => openStore({ data, durability: 'process', log }),
  })
  await rm(data, { recursive: true, force: true })
  return printReport('embedded', report)
}

async function onMongo(plan: ChaosPlan): Promise<number> {
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
    print(
      `servers replaced: ${server.rolls}; database frozen: ${server.frozen.length}, killed: ${sorted.length}`,
    )
    print(`ready after the database came back, ms: median ${median}, worst ${worst}\n`)
    return printReport(mongo.name, report)
  } finally {
    await server.stop('SIGKILL')
  }
}

async function onFleet(plan: ChaosPlan, count: number): Promise<number> {
  await using mongo = await findMongo()
  await using redis = await TestRedis.find()
  if (mongo === undefined || redis === undefined) throw new Error(mongo === undefined ? NO_MONGODB : NO_REDIS)
  if (!hasHaproxy()) throw new Error(NO_HAPROXY)
  await using fleet = new TestFleet({ mongo, redis }, ['--log-level', 'warn'])
  await using proxies = new AsyncDisposableStack()
  const nodes: ChaosNode[] = []
  for (let index = 0; index < count; index++) {
    const toRedis = proxies.use(await ServiceProxy.to(redis.port))
    const toDatabase = proxies.use(await ServiceProxy.to(Number(new URL(mongo.uri).port)))
    const server = await fleet.addNode({
      env: { ...OPEN_RATES, GIFCHAT_SEAT_HOLD_MS: HOLD_MS },
      redisUrl: `redis://127.0.0.1:${toRedis.port}`,
      mongodbUri: `mongodb://127.0.0.1:${toDatabase.port}`,
    })
    nodes.push({ server, redis: toRedis, database: toDatabase })
  }
  await using haproxy = await TestHaproxy.start(nodes.map(({ server }) => server.port))
  const server = new ChaosFleet({ nodes, haproxy, redis, note, random: seededRandom(plan.seed + 1) })
  const address = { mongodbUri: mongo.uri, mongodbDatabase: fleet.databaseName }
  const report = await play(plan, {
    server,
    openStore: () => openStore({ ...address, data: '', durability: 'process', log }),
    note,
    countStored: () => countDocuments(mongo.uri, fleet.databaseName),
  })
  return printReport(`${count} servers on ${mongo.name}`, report)
}

async function play(plan: ChaosPlan, ground: ChaosGround): Promise<ChaosReport> {
  await ground.server.start()
  return runChaos(plan, ground)
}

/** Prints a report, and returns the number of faults in it. */
function printReport(name: string, report: ChaosReport): number {
  for (const line of reportLines(name, report)) print(line)
  return faultsIn(report)
}

process.exitCode = await main()
