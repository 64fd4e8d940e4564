import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomId, User } from '../../protocol/model.ts'
import type { BatchOutcome } from '../../server/chat/chat-store.ts'
import { openStore } from '../../server/store/open-store.ts'
import type { TestMongo } from '../../test/support/mongodb.ts'
import { WireClient } from '../../test/support/wire-client.ts'
import { type BenchServer, startBenchServer } from '../bench-server.ts'
import { type Row, type Section, within } from '../section.ts'
import { median, quantile } from '../statistics.ts'

/** What an earlier run has left. */
interface Left {
  readonly rooms: number
  readonly messagesEach: number
}
const MANY_ROOMS: Left = { rooms: 2_000, messagesEach: 25 }
const LONG_ROOM: Left = { rooms: 1, messagesEach: 34_000 }

/** How long the found rooms stay. Until then, what others feel is measured for comparison. */
const GRACE_MS = 25_000
/** What the start has left to do is done by then. */
const QUIET_AFTER_MS = 10_000
const TALKERS = 8
const EVERY_MS = 200
const LONGEST_MS = 120_000
/** A round takes up to three minutes, and differs little from the next. */
const MOST_ROUNDS = 2

interface Figures {
  readonly readyS: number
  readonly goneS: number
  readonly quietMs: readonly number[]
  readonly meanwhileMs: readonly number[]
}

/**
 * A server on MongoDB that starts with what an earlier run has left. Nobody comes back, so all of
 * it ends at once, while others talk.
 */
export const growth: Section = {
  name: 'growth',
  async run({ rounds, mongo }) {
    if (mongo === undefined) return []
    const count = Math.min(rounds, MOST_ROUNDS)
    return [await rowOf(mongo, MANY_ROOMS, count), await rowOf(mongo, LONG_ROOM, count)]
  },
}

async function rowOf(mongo: TestMongo, left: Left, rounds: number): Promise<Row> {
  const all: Figures[] = []
  for (let round = 0; round < rounds; round++) all.push(await measure(mongo, left))
  const worst = (of: (figures: Figures) => number) => Math.max(...all.map(of))
  const ready = `${median(all.map(({ readyS }) => readyS)).toFixed(1)} (worst ${worst(f => f.readyS).toFixed(1)})`
  const gone = `${median(all.map(({ goneS }) => goneS)).toFixed(0)} (worst ${worst(f => f.goneS).toFixed(0)})`
  const [quiet, meanwhile] = [all.flatMap(f => f.quietMs), all.flatMap(f => f.meanwhileMs)]
  const acks = [quiet, meanwhile].map(
    times => `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.99).toFixed(1)}`,
  )
  const times = quantile(meanwhile, 0.99) / quantile(quiet, 0.99)
  const { rooms, messagesEach } = left
  const what = `start with ${rooms.toLocaleString('en')} room${rooms === 1 ? '' : 's'} of ${messagesEach.toLocaleString('en')} messages, s until ready; s until they are purged when they end together; ms to an ack of ${TALKERS} others, p50 / p99, before and meanwhile`
  return {
    what,
    values: { 'gifchat on MongoDB': `${ready}; ${gone}; ${acks.join(', ')}` },
    goals: [
      within(
        'ready ≤ 3 s',
        worst(f => f.readyS),
        3,
      ),
      within(
        'purged ≤ 60 s',
        worst(f => f.goneS),
        60,
      ),
      within('p99 ≤ 2 ×', times, 2),
    ],
  }
}

async function measure(mongo: TestMongo, left: Left): Promise<Figures> {
  const database = mongo.newDatabaseName()
  await leaveRooms(mongo, database, left)
  const begun = performance.now()
  await using server = await startBenchServer([
    '--mongodb-uri',
    mongo.uri,
    '--mongodb-database',
    database,
    '--startup-grace-ms',
    `${GRACE_MS}`,
  ])
  const ready = performance.now()
  const stop = new AbortController()
  const acks: { readonly at: number; readonly ms: number }[] = []
  const talking = talk(server, stop.signal, acks)
  const goneAt = await Promise.race([untilPurged(server, left.rooms), talking.then(() => Number.NaN)])
  stop.abort()
  await talking
  const endedAt = ready + GRACE_MS
  const between = (from: number, to: number) =>
    acks.filter(({ at }) => at >= from && at < to).map(({ ms }) => ms)
  return {
    readyS: (ready - begun) / 1_000,
    goneS: (goneAt - endedAt) / 1_000,
    quietMs: between(ready + QUIET_AFTER_MS, endedAt),
    meanwhileMs: between(endedAt, goneAt),
  }
}

const OWNER: User = { id: 'owner'.padEnd(22, '-'), color: '#AA5500' }
const TOGETHER = 1_000

async function leaveRooms(mongo: TestMongo, mongodbDatabase: string, left: Left): Promise<void> {
  const log = { info: () => {}, warn: () => {} }
  const store = await openStore({
    mongodbUri: mongo.uri,
    mongodbDatabase,
    data: '',
    durability: 'process',
    log,
  })
  const ids = Array.from({ length: left.rooms }, (_, index) => `room-${index}`)
  for (const id of ids) {
    await store.createRoom({ id, title: id, max: 10, owner: OWNER, passwordHash: null, createdAt: 0 })
  }
  const together = Math.min(TOGETHER, left.messagesEach)
  const rooms = Math.max(1, TOGETHER / together)
  for (let first = 0; first < left.messagesEach; first += together) {
    for (let start = 0; start < ids.length; start += rooms) {
      const batches = ids.slice(start, start + rooms).map(room => batchOf(room, first + 1, together))
      // On a busy machine FerretDB may take too long. What is stored is then found again.
      while (!(await isStored(store.appendMessages(batches))));
    }
  }
  await store.close()
}

const isStored = (appended: Promise<readonly BatchOutcome[]>): Promise<boolean> =>
  appended.then(
    outcomes => !outcomes.some(outcome => outcome instanceof Error),
    () => false,
  )

const batchOf = (room: RoomId, firstSeq: number, count: number) => ({
  room,
  firstSeq,
  messages: Array.from({ length: count }, (_, index) => ({
    text: 'so, did you see what happened on the way here this morning?!',
    user: OWNER,
    clientMessageId: `${firstSeq + index}`.padStart(21, '-'),
    createdAt: firstSeq + index,
  })),
})

/** Talks in a room of its own, and notes when each message was said and how long its ack took. */
async function talk(
  server: BenchServer,
  signal: AbortSignal,
  acks: { readonly at: number; readonly ms: number }[],
): Promise<void> {
  const clients: WireClient[] = []
  for (let index = 0; index < TALKERS; index++) clients.push(await WireClient.hello(server.url))
  const created = await clients[0]?.ask({ type: 'room.create', title: 'others' }, 'room.created')
  const room = created?.room.id ?? ''
  await Promise.all(
    clients.map(async (client, index) => {
      await client.ask({ type: 'chat.join', room }, 'chat.joined')
      await sleep((index / TALKERS) * EVERY_MS)
      for (let count = 0; !signal.aborted; count++) {
        const at = performance.now()
        const message = { type: 'chat.send', room, clientMessageId: `${count}`, text: 'still here' } as const
        // Who is refused sends it again, as every client does.
        while ((await client.request(message)).type !== 'chat.ack' && !signal.aborted) await sleep(EVERY_MS)
        acks.push({ at, ms: performance.now() - at })
        await sleep(Math.max(0, EVERY_MS - (performance.now() - at)))
      }
      await client[Symbol.asyncDispose]()
    }),
  )
}

/** Resolves with the time when so many rooms were purged. */
async function untilPurged(server: BenchServer, rooms: number): Promise<number> {
  const deadline = performance.now() + GRACE_MS + LONGEST_MS
  for (;;) {
    const lines = server.log.split('\n').filter(line => line.includes('purged rooms'))
    const purged = lines.reduce((sum, line) => sum + Number(/"rooms":(\d+)/.exec(line)?.[1] ?? 0), 0)
    if (purged >= rooms) return performance.now()
    if (performance.now() > deadline) return Number.POSITIVE_INFINITY
    await sleep(50)
  }
}
