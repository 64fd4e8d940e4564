import { setTimeout as sleep } from 'node:timers/promises'
import { createChatClient } from '../../cli/connection/chat-client.ts'
import type { ChatMessage, RoomId } from '../../protocol/model.ts'
import type { ChatStore } from '../../server/chat/chat-store.ts'
import { check, type Differences } from './checker.ts'
import { FAULTS, type Fault, FaultyProxy } from './faulty-proxy.ts'
import { pick, seededRandom } from './random.ts'
import { Talker } from './talker.ts'

/** All clients come from one address, whose rate of messages is not what is tested. */
export const OPEN_RATES = { GIFCHAT_MESSAGES_PER_SECOND_PER_ADDRESS: '1000000' }

export interface ChaosPlan {
  readonly seed: number
  readonly clients: number
  readonly rooms: number
  /** How often the server is killed with SIGKILL and started again. */
  readonly kills: number
  /** How many connections are broken. Half as many are stalled or delayed in addition. */
  readonly cuts: number
  /** Milliseconds between kills. */
  readonly killEveryMs: number
  /** How often one of several servers is frozen for some seconds, and how often Redis is killed. */
  readonly freezes?: number
  readonly redisRestarts?: number
  /** How often another server replaces the only one, and what happens to its database. */
  readonly rolls?: number
  readonly databaseFreezes?: number
  readonly databaseKills?: number
  /** How many messages all clients together post. */
  readonly messages: number
}

export interface ChaosReport {
  readonly faults: Readonly<Record<Fault | 'kill', number>>
  readonly said: number
  readonly acked: number
  readonly failed: number
  readonly shown: number
  readonly differences: Differences
  readonly lostSeats: readonly string[]
  /** By how many the server's count of people is too high. */
  readonly ghosts: number
  /** Rooms and messages that are left when everybody has gone. */
  readonly leftOver: number
  /** Milliseconds from each kill until each client was in its room again. */
  readonly recoveryMs: readonly number[]
}

/** A server that can be killed, or several that look like one. */
export interface ChaosServer {
  readonly port: number
  readonly url: string
  start(): Promise<void>
  /** Of several, SIGKILL ends one, and the others go on. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown>
  /** What else can happen to several. Resolves when it has happened so often. */
  torment?(plan: ChaosPlan, durationMs: number, random: () => number): Promise<void>
}

/** A server that can be killed, and a way to read its store while it is down. */
export interface ChaosGround {
  readonly server: ChaosServer
  readonly openStore: () => Promise<ChatStore>
}

/**
 * Carries out a plan and compares what the clients have seen with the store. The server must be
 * running.
 */
export async function runChaos(plan: ChaosPlan, ground: ChaosGround): Promise<ChaosReport> {
  const { server } = ground
  const random = seededRandom(plan.seed)
  await using proxy = await FaultyProxy.start(server)
  const talkers = await seat(plan, `ws://127.0.0.1:${proxy.port}`, random)
  const { faults, killedAt } = await torment(plan, server, proxy, talkers, random)
  await settle(talkers)
  const ghosts = await countGhosts(server.url, talkers)
  const recoveryMs = killedAt.flatMap((killed, index) =>
    talkers.flatMap(({ seatedAt }) => {
      const end = killedAt[index + 1] ?? Number.POSITIVE_INFINITY
      const back = seatedAt.find(at => at > killed && at < end)
      return back === undefined ? [] : [back - killed]
    }),
  )
  await server.stop('SIGTERM')
  const stored = await readRooms(ground, [...new Set(talkers.map(({ record }) => record.room))])
  const records = talkers.map(({ record }) => record)
  const differences = check(records, stored)
  await server.start()
  const leftOver = await leaveAll(ground, talkers)
  const total = (of: (record: (typeof records)[number]) => number) =>
    records.reduce((sum, record) => sum + of(record), 0)
  return {
    faults,
    said: total(({ said }) => said.size),
    acked: total(({ acked }) => acked.size),
    failed: total(({ failed }) => failed.size),
    shown: total(({ shown }) => shown.length),
    differences,
    lostSeats: talkers.flatMap(talker => talker.lostSeats),
    ghosts,
    leftOver,
    recoveryMs,
  }
}

async function seat(plan: ChaosPlan, url: string, random: () => number): Promise<readonly Talker[]> {
  const talkers = Array.from(
    { length: plan.clients },
    (_, index) => new Talker(`client ${index}`, url, random),
  )
  await Promise.all(talkers.map(({ client }) => client.connect()))
  const max = Math.max(2, Math.ceil(plan.clients / plan.rooms))
  for (let index = 0; index < plan.rooms; index++) {
    const people = talkers.filter((_, place) => place % plan.rooms === index)
    const password = index % 2 === 0 ? undefined : `secret ${index}`
    const options = { title: `chaos ${index}`, max, ...(password === undefined ? {} : { password }) }
    const room = await people[0]?.client.createRoom(options)
    if (room === undefined) throw new Error('more rooms than clients')
    for (const talker of people) await talker.enter(room.id, password)
  }
  return talkers
}

async function torment(
  plan: ChaosPlan,
  server: ChaosServer,
  proxy: FaultyProxy,
  talkers: readonly Talker[],
  random: () => number,
): Promise<{ faults: ChaosReport['faults']; killedAt: readonly number[] }> {
  const faults: Record<Fault | 'kill', number> = { cut: 0, halve: 0, stall: 0, delay: 0, kill: 0 }
  const killedAt: number[] = []
  const durationMs = Math.max(1, plan.kills) * plan.killEveryMs
  const names = Object.keys(FAULTS) as Fault[] // keys of a const object
  const breaks = names.filter(name => FAULTS[name] === 'breaks')
  const holdsUp = names.filter(name => FAULTS[name] === 'holds up')

  const kill = async () => {
    for (let index = 0; index < plan.kills; index++) {
      await sleep(plan.killEveryMs * (0.5 + random()))
      killedAt.push(Date.now())
      await server.stop('SIGKILL')
      await server.start()
      faults.kill++
    }
  }
  const disturb = async (choices: readonly Fault[], count: number) => {
    for (let index = 0; index < count; ) {
      await sleep((durationMs / count) * (0.5 + random()))
      const fault = pick(choices, random)
      if (!proxy.inject(fault, random)) continue
      faults[fault]++
      index++
    }
  }
  const talk = async () => {
    for (let index = 0; index < plan.messages; index++) {
      pick(talkers, random).speak()
      await sleep((durationMs / plan.messages) * 2 * random())
    }
  }
  await Promise.all([
    kill(),
    server.torment?.(plan, durationMs, random),
    disturb(breaks, plan.cuts),
    disturb(holdsUp, Math.ceil(plan.cuts / 2)),
    talk(),
  ])
  return { faults, killedAt }
}

/**
 * How long everything may take to settle, in milliseconds. The checker finds what has not settled
 * by then.
 */
const SETTLE_MS = 45_000

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

async function countGhosts(url: string, talkers: readonly Talker[]): Promise<number> {
  const observer = createChatClient({ server: url, name: 'chaos observer' })
  await observer.connect()
  const rooms = await observer.listRooms()
  await observer.close()
  const seated = Map.groupBy(talkers, ({ record }) => record.room)
  return rooms.reduce((sum, { id, people }) => sum + Math.abs(people - (seated.get(id)?.length ?? 0)), 0)
}

async function readRooms(
  ground: ChaosGround,
  rooms: readonly RoomId[],
): Promise<ReadonlyMap<RoomId, ChatMessage[]>> {
  const store = await ground.openStore()
  const stored = new Map<RoomId, ChatMessage[]>()
  for (const room of rooms) {
    stored.set(room, [...(await store.readMessages(room, { limit: 1_000_000, from: 'oldest' }))])
  }
  await store.close()
  return stored
}

/**
 * All clients leave. Resolves with the rooms and messages that are left when the server has purged
 * and stopped.
 */
async function leaveAll(ground: ChaosGround, talkers: readonly Talker[]): Promise<number> {
  const rooms = [...new Set(talkers.map(({ record }) => record.room))]
  for (const { client } of talkers) client.reconnectNow()
  await Promise.all(
    talkers.map(async talker => {
      while (!talker.isSeated && talker.lostSeats.length === 0) await sleep(20)
      if (talker.isSeated) await talker.client.leave(talker.record.room)
      await talker.client.close()
    }),
  )
  const observer = createChatClient({ server: ground.server.url, name: 'chaos observer' })
  await observer.connect()
  const deadline = Date.now() + SETTLE_MS
  while ((await observer.listRooms()).length > 0 && Date.now() < deadline) await sleep(50)
  await observer.close()
  await ground.server.stop('SIGTERM')
  // If the stop interrupted a purge, the next start finishes it.
  await ground.server.start()
  await ground.server.stop('SIGTERM')
  const messages = [...(await readRooms(ground, rooms)).values()].reduce((sum, list) => sum + list.length, 0)
  const store = await ground.openStore()
  const left = messages + (await store.findRooms()).length
  await store.close()
  return left
}
