import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTerminal, type Terminal } from '../../test/support/terminal.ts'
import { startBenchServer } from '../bench-server.ts'
import { GifchatConnection } from '../load/gifchat-dialect.ts'
import { UNTALLIED } from '../load/member.ts'
import { cpuMicrosecondsSince, readCpu } from '../process-usage.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'

const ROOMS = 10_000
/** How many rooms one identity may open. */
const ROOMS_EACH = 10
/** In how many rooms one connection may have seats. */
const SEATS_EACH = 10
const READERS = 20
const WATCHERS = 10
const CHANGES = 500
const GATHERED_MS = 200
/** Nobody joins most of the rooms, and they must still be there at the end. */
const UNENTERED_ROOM_MS = 600_000
/** In how many rooms the number of people changes, once a second in each. */
const BUSY_ROOMS = 90
const SETTLE_MS = 2_000
const WATCH_MS = 5_000

/** A lobby of 10,000 rooms: how soon it is shown, and what a change in it costs. */
export const lobby: Section = {
  name: 'lobby',
  async run({ rounds }) {
    await using server = await startBenchServer(['--unentered-room-ms', `${UNENTERED_ROOM_MS}`])
    const everybody: GifchatConnection[] = []
    const open = async (): Promise<GifchatConnection> => {
      const options = { port: server.port, from: '127.0.0.2', tally: UNTALLIED }
      const connection = await GifchatConnection.hello(options)
      everybody.push(connection)
      return connection
    }
    const rooms = await openRooms(open)
    const pages: number[] = []
    const quiet: number[] = []
    const watched: number[] = []
    const unseen: ScreenCost[] = []
    for (let round = 0; round < rounds; round++) {
      pages.push(await pageTime(open))
      quiet.push(await changeCost({ open, pid: server.pid ?? 0, rooms, watchers: 0 }))
      watched.push(await changeCost({ open, pid: server.pid ?? 0, rooms, watchers: WATCHERS }))
    }
    const busy = await openBusyRooms(open, rooms)
    await using terminal = await openTerminal({
      columns: 120,
      rows: 40,
      env: { GIFCHAT_SERVER: server.url },
    })
    await terminal.waitFor('open')
    for (let round = 0; round < rounds; round++) unseen.push(await costOfUnseen(terminal, busy))
    for (const connection of everybody) connection.wire.close()
    const count = ROOMS.toLocaleString('en')
    return [
      {
        what: `ms to the first page of a lobby of ${count} rooms, 200 rooms`,
        values: { gifchat: median(pages).toFixed(1) },
      },
      {
        what: `CPU µs of a join, while nobody / ${WATCHERS} watch a lobby of ${count} rooms`,
        values: { gifchat: `${median(quiet).toFixed(0)} / ${median(watched).toFixed(0)}` },
      },
      {
        what: `a client's screen of ${count} rooms, ${BUSY_ROOMS} changes a second out of sight: CPU; output`,
        values: {
          gifchat: `${median(unseen.map(({ cpu }) => 100 * cpu)).toFixed(1)} %; ${median(unseen.map(({ bytes }) => bytes)).toFixed(0)} bytes/s`,
        },
      },
    ]
  },
}

type Open = () => Promise<GifchatConnection>

async function openRooms(open: Open): Promise<string[]> {
  const rooms: string[] = []
  const openSome = async (): Promise<void> => {
    const owner = await open()
    for (let count = 0; count < ROOMS_EACH; count++) {
      const title = `room ${rooms.length}, named as rooms are`
      rooms.push(JSON.parse(await owner.ask({ type: 'room.create', title })).room.id)
    }
    owner.wire.close()
  }
  const owners = ROOMS / ROOMS_EACH
  for (let done = 0; done < owners; done += 50) {
    await Promise.all(Array.from({ length: Math.min(50, owners - done) }, openSome))
  }
  return rooms
}

async function pageTime(open: Open): Promise<number> {
  const times: number[] = []
  for (let reader = 0; reader < READERS; reader++) {
    const connection = await open()
    const start = performance.now()
    const page = JSON.parse(await connection.ask({ type: 'room.subscribe' }))
    times.push(performance.now() - start)
    if (page.total !== ROOMS || page.rooms.length !== 200) throw new Error('the page is not whole')
    connection.wire.close()
  }
  return median(times)
}

/**
 * Microseconds of the server's processor time for each of `CHANGES` joins of empty rooms. The
 * members stay there.
 */
async function changeCost(options: {
  readonly open: Open
  readonly pid: number
  /** The rooms that are joined are removed from it. */
  readonly rooms: string[]
  readonly watchers: number
}): Promise<number> {
  const { open, pid, rooms, watchers } = options
  // Changes that the lobby has collected before do not belong to this measurement.
  await sleep(GATHERED_MS)
  const told = Array.from({ length: watchers }, async () => {
    const watcher = await open()
    await watcher.ask({ type: 'room.subscribe' })
    return { watcher, hears: changes(watcher) }
  })
  const audience = await Promise.all(told)
  const people = await Promise.all(Array.from({ length: CHANGES / SEATS_EACH }, open))
  const before = readCpu(pid)
  await Promise.all(
    people.map(async person => {
      for (let seat = 0; seat < SEATS_EACH; seat++) {
        await person.ask({ type: 'chat.join', room: rooms.pop() })
      }
    }),
  )
  await Promise.all(audience.map(({ hears }) => hears))
  const cost = cpuMicrosecondsSince(pid, before) / CHANGES
  for (const { watcher } of audience) watcher.wire.close()
  return cost
}

/** Resolves when a watcher was told of every change. */
function changes(watcher: GifchatConnection): Promise<void> {
  let count = 0
  return new Promise(resolve => {
    watcher.onEvent = () => {
      if (++count === CHANGES) resolve()
    }
  })
}

interface BusyRooms {
  /**
   * Changes the number of people in one room after the other, for at least so many milliseconds.
   */
  change(milliseconds: number): Promise<void>
}

/**
 * The oldest rooms, far below the window. One person stays in each, and another one joins and
 * leaves.
 */
async function openBusyRooms(open: Open, rooms: string[]): Promise<BusyRooms> {
  const busy = rooms.splice(0, BUSY_ROOMS)
  const sitters = await Promise.all(Array.from({ length: BUSY_ROOMS / SEATS_EACH }, open))
  const visitors = await Promise.all(Array.from({ length: BUSY_ROOMS / SEATS_EACH }, open))
  for (const [index, room] of busy.entries())
    await sitters[index % sitters.length]?.ask({ type: 'chat.join', room })
  return {
    async change(milliseconds) {
      const start = performance.now()
      for (let done = 0; performance.now() < start + milliseconds || done % (2 * BUSY_ROOMS) > 0; done++) {
        const type = done % (2 * BUSY_ROOMS) < BUSY_ROOMS ? 'chat.join' : 'chat.leave'
        await visitors[done % visitors.length]?.ask({ type, room: busy[done % BUSY_ROOMS] })
        const early = start + ((done + 1) * 1_000) / BUSY_ROOMS - performance.now()
        if (early > 0) await sleep(early)
      }
    },
  }
}

interface ScreenCost {
  /** The share of one core. */
  readonly cpu: number
  /** How many in a second. */
  readonly bytes: number
}

async function costOfUnseen(terminal: Terminal, busy: BusyRooms): Promise<ScreenCost> {
  const changing = busy.change(SETTLE_MS + WATCH_MS)
  await sleep(SETTLE_MS)
  const [start, cpu, bytes] = [performance.now(), readCpu(terminal.pid), terminal.bytes]
  await sleep(WATCH_MS)
  const seconds = (performance.now() - start) / 1_000
  const cost = {
    cpu: cpuMicrosecondsSince(terminal.pid, cpu) / 1e6 / seconds,
    bytes: (terminal.bytes - bytes) / seconds,
  }
  await changing
  return cost
}
