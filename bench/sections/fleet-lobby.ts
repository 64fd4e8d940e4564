import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMongo } from '../../test/support/mongodb.ts'
import { BenchFleet, untilTaken } from '../bench-fleet.ts'
import { GifchatConnection } from '../load/gifchat-dialect.ts'
import { UNTALLIED } from '../load/member.ts'
import { cpuMicrosecondsSince, readCpu, residentBytes } from '../process-usage.ts'
import type { Row, Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

const NODES = 4
const ROOMS = 10_000
/** How many rooms one identity may open. */
const ROOMS_EACH = 10
const OPENED_AT_ONCE = 8
/** Nobody joins most of the rooms, and they must still be there at the end. */
const UNENTERED_ROOM_MS = 600_000
const JOINS = 100
/** How soon each node's lobby must have the right count, in milliseconds. */
const RIGHT_MS = 1_000
const IDLE_MS = 5_000
/** When a count that never comes is given up. */
const GIVE_UP_MS = 10_000

/** A lobby of 10,000 rooms on four nodes: how soon its counts are right, and what it costs. */
export const fleetLobby: Section = {
  name: 'fleet-lobby',
  run: async ({ mongo }) => (mongo === undefined ? [] : measureLobby(mongo)),
}

async function measureLobby(mongo: TestMongo): Promise<readonly Row[]> {
  await using fleet = await BenchFleet.start(NODES, mongo, ['--unentered-room-ms', `${UNENTERED_ROOM_MS}`])
  if (fleet === undefined) return []
  const { ports, pids } = fleet
  const hello = (node: number) =>
    GifchatConnection.hello({ port: ports[node % NODES] ?? 0, from: '127.0.0.2', tally: UNTALLIED })
  const memoryBefore = pids.map(residentBytes)
  const openedAt = performance.now()
  const rooms = await openRooms(hello)
  const openingMs = performance.now() - openedAt
  const memory = pids.map((pid, index) => residentBytes(pid) - (memoryBefore[index] ?? 0))
  const before = pids.map(readCpu)
  await sleep(IDLE_MS)
  const idle = pids.map((pid, index) => cpuMicrosecondsSince(pid, before[index] ?? readCpu(pid)))
  const times = await countTimes(hello, rooms)
  const latest = Math.max(...times)
  const share = (cpu: number) => cpu / 1_000 / IDLE_MS
  return [
    {
      what: `ms from the answer to a join until all ${NODES} nodes list the right count, ${ROOMS.toLocaleString('en')} rooms, median / p99 / latest of ${JOINS}`,
      values: {
        'gifchat on MongoDB': `${median(times).toFixed(0)} / ${quantile(times, 0.99).toFixed(0)} / ${latest.toFixed(0)}`,
      },
      goals: [
        {
          text: `≤ ${RIGHT_MS} ms`,
          measured: `${latest.toFixed(0)} ms`,
          isMet: latest <= RIGHT_MS,
        },
      ],
    },
    {
      what: `${ROOMS.toLocaleString('en')} rooms on ${NODES} nodes: memory of a node beyond its start, least and most; CPU of a node while nothing happens; rooms opened in a second`,
      values: {
        'gifchat on MongoDB': `${mebibytes(Math.min(...memory))} to ${mebibytes(Math.max(...memory))} MiB; ${(100 * share(Math.max(...idle))).toFixed(1)} % of a core at most; ${((ROOMS / openingMs) * 1_000).toFixed(0)}`,
      },
    },
  ]
}

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0)

type Hello = (node: number) => Promise<GifchatConnection>

/** As many on each node. */
async function openRooms(hello: Hello): Promise<readonly string[]> {
  const rooms: string[] = []
  let opened = 0
  const openSome = async (): Promise<void> => {
    while (opened < ROOMS / ROOMS_EACH) {
      const owner = await hello(opened++)
      for (let count = 0; count < ROOMS_EACH; count++) {
        const title = `room ${rooms.length}, named as rooms are`
        const answer = await untilTaken(() => owner.ask({ type: 'room.create', title }))
        rooms.push(JSON.parse(answer).room.id)
      }
      owner.wire.close()
    }
  }
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openSome))
  return rooms
}

/** One person after the other joins a room, over one node after the other, and all tell it. */
async function countTimes(hello: Hello, rooms: readonly string[]): Promise<readonly number[]> {
  const watchers = await Promise.all(Array.from({ length: NODES }, (_, node) => hello(node)))
  for (const watcher of watchers) await watcher.ask({ type: 'room.subscribe' })
  const times: number[] = []
  for (let join = 0; join < JOINS; join++) {
    const person = await hello(join)
    const room = rooms[Math.floor((join * rooms.length) / JOINS)] ?? ''
    const told = Promise.all(watchers.map(watcher => countOf(watcher, room)))
    await untilTaken(() => person.ask({ type: 'chat.join', room }))
    // The store is slow to find a room among many. That is no matter of the lobby's.
    const start = performance.now()
    const isTold = await Promise.race([told, sleep(GIVE_UP_MS, 'late' as const)])
    if (isTold === 'late') throw new Error(`not all nodes have counted who is in ${room}`)
    times.push(performance.now() - start)
    person.wire.close()
  }
  for (const watcher of watchers) watcher.wire.close()
  return times
}

/** Resolves when a watcher is told that somebody is in the room. */
function countOf(watcher: GifchatConnection, room: string): Promise<void> {
  return new Promise(resolve => {
    watcher.onEvent = (bytes, start, end) => {
      const event = bytes.toString('utf8', start, end)
      if (event.includes(room) && event.includes('"people":1')) resolve()
    }
  })
}
