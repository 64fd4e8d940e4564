import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { GifInfo, RoomId, User } from '../../protocol/model.ts'
import type { AppendBatch, ChatStore, NewMessage } from '../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../server/store/embedded/embedded-store.ts'
import type { Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

/** How many rooms speak at once, how many messages each, and how many such writes there are. */
const SHAPES = [
  { rooms: 10, messages: 1, writes: 10_000 },
  { rooms: 100, messages: 1, writes: 2_000 },
  { rooms: 100, messages: 8, writes: 400 },
  { rooms: 1, messages: 80, writes: 1_500 },
] as const
/** Of the writes, those that warm up. */
const WARM_UP = 1 / 5
const LONG_ROOM = { messages: 5_000, gifs: 20, gifBytes: 5 * 2 ** 20 } as const

/** What a write costs in the embedded store, and how long others wait while a long room ends. */
export const store: Section = {
  name: 'store',
  async run({ rounds }) {
    const writes: string[] = []
    for (const shape of SHAPES) {
      const figures: { p50: number; p99: number }[] = []
      for (let round = 0; round < rounds; round++) {
        const times = await withStore(store => timesOfWrites(store, shape))
        figures.push({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) })
      }
      writes.push(
        `${median(figures.map(({ p50 }) => p50)).toFixed(0)} / ${median(figures.map(({ p99 }) => p99)).toFixed(0)}`,
      )
    }
    const pauses: number[] = []
    for (let round = 0; round < rounds; round++) pauses.push(await withStore(longestPause))
    const shapes = SHAPES.map(({ rooms, messages }) => `${rooms} × ${messages}`).join(', ')
    return [
      {
        what: `µs of a write of rooms × messages to the embedded store, p50 / p99: ${shapes}`,
        values: { gifchat: writes.join(', ') },
      },
      {
        what: `longest turn in ms while a room of ${LONG_ROOM.messages.toLocaleString('en')} messages and ${LONG_ROOM.gifs} GIFs of 5 MiB ends, median and worst round`,
        values: { gifchat: `${median(pauses).toFixed(1)}, ${Math.max(...pauses).toFixed(1)}` },
      },
    ]
  },
}

const OWNER: User = { id: 'owner'.padEnd(22, '-'), color: '#AA5500' }
const SPEAKERS: readonly User[] = Array.from({ length: 10 }, (_, index) => ({
  id: `speaker-${index}`.padEnd(22, '-'),
  color: '#AA5500',
}))

async function withStore<Result>(use: (store: ChatStore) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-bench-'))
  const log = { info: () => {}, warn: () => {} }
  const opened = await openEmbeddedStore({ directory, durability: 'process', log })
  try {
    return await use(opened)
  } finally {
    await opened.close()
    await rm(directory, { recursive: true })
  }
}

/** Microseconds of each write but the first ones. */
async function timesOfWrites(
  store: ChatStore,
  { rooms, messages, writes }: (typeof SHAPES)[number],
): Promise<readonly number[]> {
  const ids = Array.from({ length: rooms }, (_, index) => `room-${index}`)
  for (const id of ids) await createRoom(store, id)
  const times: number[] = []
  for (let write = 0; write < writes; write++) {
    const batches = ids.map(room => batchOf(room, 1 + write * messages, messages))
    const start = performance.now()
    await store.appendMessages(batches)
    times.push((performance.now() - start) * 1_000)
  }
  return times.slice(writes * WARM_UP)
}

/** The longest turn in milliseconds while a long room is purged and another goes on. */
async function longestPause(store: ChatStore): Promise<number> {
  for (const id of ['long', 'other']) await createRoom(store, id)
  for (let seq = 1; seq < LONG_ROOM.messages; seq += 100) {
    await store.appendMessages([batchOf('long', seq, 100)])
  }
  const bytes = new Uint8Array(LONG_ROOM.gifBytes).fill(0x2c)
  for (let index = 0; index < LONG_ROOM.gifs; index++) await store.saveGif('long', gifOf(index, bytes), bytes)
  let isPurged = false
  let longest = 0
  let last = performance.now()
  const purged = store.purgeRooms(['long']).finally(() => {
    isPurged = true
  })
  for (let seq = 1; !isPurged; seq++) {
    await store.appendMessages([batchOf('other', seq, 1)])
    await nextTurn()
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  await purged
  return longest
}

const createRoom = (store: ChatStore, id: RoomId): Promise<void> =>
  store.createRoom({ id, title: id, max: 10, owner: OWNER, passwordHash: null, createdAt: 0 })

const batchOf = (room: RoomId, firstSeq: number, count: number): AppendBatch => ({
  room,
  firstSeq,
  messages: Array.from({ length: count }, (_, index) => messageOf(firstSeq + index)),
})

/** As it comes from a frame: strings that were parsed. */
const messageOf = (seq: number): NewMessage => {
  const text = 'so, did you see what happened on the way here this morning?!'
  const clientMessageId = `${(seq * 2_654_435_761).toString(36)}`.padStart(21, '-')
  return {
    ...JSON.parse(JSON.stringify({ text, clientMessageId })),
    user: SPEAKERS[seq % SPEAKERS.length],
    createdAt: seq,
  }
}

const gifOf = (index: number, bytes: Uint8Array): GifInfo => ({
  id: `gif-${index}`.padEnd(22, '-'),
  bytes: bytes.length,
  width: 4,
  height: 3,
  frames: 2,
  durationMs: 150,
})
