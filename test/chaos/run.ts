import { setTimeout as sleep } from 'node:timers/promises'
import { createChatClient } from '../../cli/connection/chat-client.ts'

import { check } from './checker.ts'
import { countLeft, fetchGifs, listRooms, readRooms, untilSwept } from './evidence.ts'
import { FaultyProxy } from './faulty-proxy.ts'
import { GifSupply } from './gif-supply.ts'
import { Intruder } from './intruder.ts'
import type { ChaosGround, ChaosPlan, ChaosReport, ChaosServer } from './plan.ts'
import { seededRandom } from './random.ts'
import { type Absence, Talker } from './talker.ts'
import { torment } from './torment.ts'

/** Who loses the seat so soon after a kill, in milliseconds, loses it by the kill. */
const NOTICED_MS = 500
/** The lobby counts within a second. */
const COUNTED_MS = 1_000
/**
 * How long everything may take to settle, in milliseconds. The checker finds what has not settled
 * by then.
 */
const SETTLE_MS = 45_000

/**
 * Carries out a plan and compares what the clients have seen with the store. The server must be
 * running.
 */
export async function runChaos(plan: ChaosPlan, ground: ChaosGround): Promise<ChaosReport> {
  const { server, note = () => {} } = ground
  const random = seededRandom(plan.seed)
  using supply = new GifSupply(seededRandom(plan.seed + 2))
  await using proxy = await FaultyProxy.start(server)
  const { talkers, intruders } = await seat(plan, `ws://127.0.0.1:${proxy.port}`, random)
  const seen = await torment({ plan, server, proxy, talkers, supply, random })
  note('everybody is to settle')
  await settle(talkers)
  await Promise.all(intruders.map(intruder => intruder.stop()))
  note('GIFs are compared, and people counted')
  await server.untilReady?.()
  await sleep(COUNTED_MS)
  const urls = server.urls ?? [server.url]
  // What they are told from now on is of no interest: all servers are stopped.
  const troubles = talkers.flatMap(talker => talker.troubles)
  const listings = await Promise.all(urls.map(listRooms))
  const gifs = [...seen.gifs, ...(await fetchGifs(urls, talkers, supply))]
  await server.stop('SIGTERM')
  const records = talkers.map(({ record }) => record)
  const rooms = [...new Set(records.map(({ room }) => room))]
  const stored = await readRooms(ground, rooms)
  await server.start()
  await leaveAll(ground, talkers)
  const left = await countLeft(ground, rooms)
  const recoveries = seen.killedAt.flatMap(killed => talkers.flatMap(talker => recoveryOf(talker, killed)))
  const crowds = [...talkers, ...intruders].map(({ crowd }) => crowd)
  const total = (of: (record: (typeof records)[number]) => number) =>
    records.reduce((sum, record) => sum + of(record), 0)
  return {
    faults: seen.faults,
    said: total(({ said }) => said.size),
    acked: total(({ acked }) => acked.size),
    failed: total(({ failed }) => failed.size),
    shown: total(({ shown }) => shown.length),
    differences: check({ records, crowds, stored, gifs, listings, left }),
    lostSeats: talkers.flatMap(talker => talker.lostSeats),
    fetched: gifs.length,
    troubles: Map.groupBy(troubles, trouble => trouble),
    ackMs: talkers.flatMap(({ ackMs }) => ackMs),
    recoveryMs: recoveries.map(({ from, to }) => to - from),
    recoveryAwakeMs: recoveries.map(({ from, to }) => to - from - frozenWithin(server, from, to)),
    isSmooth: isSmooth(plan),
  }
}

function isSmooth(plan: ChaosPlan): boolean {
  const { kills, cuts, freezes, redisRestarts, partitions } = plan
  return isFleet(plan) && [kills, cuts, freezes, redisRestarts, partitions].every(count => !count)
}

const isFleet = ({ nodes = 1 }: ChaosPlan): boolean => nodes > 1

async function seat(
  plan: ChaosPlan,
  url: string,
  random: () => number,
): Promise<{ readonly talkers: readonly Talker[]; readonly intruders: readonly Intruder[] }> {
  const talkers = Array.from(
    { length: plan.clients },
    (_, index) => new Talker(`client ${index}`, url, random),
  )
  const intruders: Intruder[] = []
  await Promise.all(talkers.map(({ client }) => client.connect()))
  for (let index = 0; index < plan.rooms; index++) {
    const people = talkers.filter((_, place) => place % plan.rooms === index)
    const max = Math.max(2, people.length)
    const password = index % 2 === 0 ? undefined : `secret ${index}`
    const options = { title: `chaos ${index}`, max, ...(password === undefined ? {} : { password }) }
    const room = await people[0]?.client.createRoom(options)
    if (room === undefined) throw new Error('more rooms than clients')
    for (const talker of people) await talker.enter(room.id, password)
    if (isFleet(plan) && people.length === max)
      intruders.push(new Intruder(url, { id: room.id, max, password }))
  }
  await Promise.all(intruders.map(intruder => intruder.start()))
  return { talkers, intruders }
}

/** From the kill until the client was in its room again, if it was out of it then. */
function recoveryOf({ absences }: Talker, killed: number): readonly Absence[] {
  const absence = absences.find(({ from, to }) => from < killed + NOTICED_MS && to > killed)
  return absence === undefined ? [] : [{ from: killed, to: absence.to }]
}

/** For how many milliseconds of this time the database was frozen. */
function frozenWithin({ frozen = [] }: ChaosServer, from: number, to: number): number {
  const within = frozen.map(freeze => Math.min(freeze.to, to) - Math.max(freeze.from, from))
  return within.reduce((sum, ms) => sum + Math.max(0, ms), 0)
}

async function settle(talkers: readonly Talker[]): Promise<void> {
  const deadline = Date.now() + SETTLE_MS
  const rooms = Map.groupBy(talkers, ({ record }) => record.room)
  for (const people of rooms.values()) {
    for (;;) {
      const newest = Math.max(...people.map(({ newestSeq }) => newestSeq))
      if (people.every(talker => talker.isSettled(newest)) || Date.now() > deadline) break
      await sleep(20)
    }
  }
}

/** All clients leave. Resolves when the server has purged and stopped. */
async function leaveAll(ground: ChaosGround, talkers: readonly Talker[]): Promise<void> {
  ground.note?.('everybody leaves')
  for (const { client } of talkers) client.reconnectNow()
  await Promise.all(
    talkers.map(async talker => {
      while (!talker.isSeated && talker.lostSeats.length === 0) await sleep(20)
      await talker.leave()
    }),
  )
  const observer = createChatClient({ server: ground.server.url, name: 'chaos observer' })
  await observer.connect()
  const deadline = Date.now() + SETTLE_MS
  while ((await observer.listRooms()).length > 0 && Date.now() < deadline) await sleep(50)
  await observer.close()
  ground.note?.('what broken uploads have left is swept')
  await untilSwept(ground)
  await ground.server.stop('SIGTERM')
  // If the stop interrupted a purge, the next start finishes it.
  await ground.server.start()
  await ground.server.stop('SIGTERM')
}
