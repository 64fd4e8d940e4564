import { setTimeout as sleep } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { createChatClient } from '../../cli/connection/chat-client.ts'
import type { ChatMessage, PostedGif, RoomId } from '../../protocol/model.ts'
import { StoreUnavailableError } from '../../server/chat/chat-store.ts'
import type { FetchedGif, Listing } from './checker.ts'
import type { GifSupply } from './gif-supply.ts'
import type { ChaosGround } from './plan.ts'
import type { Talker } from './talker.ts'

/** How long a server may say that it is busy, in tries and milliseconds between them. */
const TRIES = 50
const AGAIN_MS = 100
/** Bytes of a broken upload are swept by the second sweep after it, and there is one a minute. */
const SWEPT_MS = 200_000
/** How often the store is looked at meanwhile. */
const LOOK_MS = 1_000
/** What a running server keeps. */
const OF_SERVERS: ReadonlySet<string> = new Set(['nodes', 'owners'])

/** The people in each room, as a server lists them. */
export async function listRooms(server: string): Promise<Listing> {
  const observer = createChatClient({ server, name: 'chaos observer' })
  await observer.connect()
  const rooms = await observer.listRooms()
  await observer.close()
  return { server, people: new Map(rooms.map(({ id, people }) => [id, people])) }
}

/** Fetches each acked GIF, from one server after the other. */
export async function fetchGifs(
  servers: readonly string[],
  talkers: readonly Talker[],
  supply: GifSupply,
): Promise<readonly FetchedGif[]> {
  const fetched: FetchedGif[] = []
  for (const talker of talkers) {
    for (const { gif, user } of talker.gifs) {
      if (user !== talker.record.user) continue
      const server = servers[fetched.length % servers.length] ?? ''
      const bytes = await fetchGif(server, talker, gif)
      const outcome = bytes === undefined ? 'none' : supply.isSame(gif.name, bytes) ? 'same' : 'other'
      fetched.push({ name: gif.name, server, outcome })
    }
  }
  return fetched
}

async function fetchGif(server: string, talker: Talker, gif: PostedGif): Promise<Uint8Array | undefined> {
  const url = `${server.replace('ws:', 'http:')}/rooms/${talker.record.room}/gifs/${gif.id}`
  const headers = { authorization: `Bearer ${talker.token}` }
  for (let count = 0; count < TRIES; count++) {
    const response = await fetch(url, { headers })
    const bytes = await response.bytes()
    if (response.ok) return bytes
    if (response.status !== 429 && response.status !== 503) return undefined
    await sleep(AGAIN_MS)
  }
  return undefined
}

export async function readRooms(
  { openStore }: ChaosGround,
  rooms: readonly RoomId[],
): Promise<ReadonlyMap<RoomId, ChatMessage[]>> {
  const store = await openStore()
  // Loaded together, they are read together where that takes long.
  const loaded = await untilAnswered(() => Promise.all(rooms.map(room => store.loadRoom(room, 100_000))))
  await store.close()
  return new Map(rooms.map((room, index) => [room, [...(loaded[index]?.messages ?? [])]]))
}

/** Asks a store again that is too slow on a busy machine. Rejects with its last error. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || tries === TRIES) throw error
      await sleep(AGAIN_MS)
    }
  }
}

/** What is left of these rooms. The server is down. */
export async function countLeft(
  ground: ChaosGround,
  rooms: readonly RoomId[],
): Promise<Readonly<Record<string, number>>> {
  if (ground.countStored !== undefined) return ground.countStored()
  const messages = [...(await readRooms(ground, rooms)).values()].reduce((sum, list) => sum + list.length, 0)
  const store = await ground.openStore()
  const left = { rooms: (await store.findRooms()).length, messages }
  await store.close()
  return left
}

/** Resolves when the running servers have swept all that was left of broken uploads. */
export async function untilSwept({ countStored }: ChaosGround): Promise<void> {
  if (countStored === undefined) return
  const deadline = performance.now() + SWEPT_MS
  const isSwept = async () =>
    Object.entries(await countStored()).every(([what, count]) => count === 0 || OF_SERVERS.has(what))
  while (!(await isSwept()) && performance.now() < deadline) await sleep(LOOK_MS)
}

/** How much a database has of each kind of thing. */
export async function countDocuments(
  uri: string,
  databaseName: string,
): Promise<Readonly<Record<string, number>>> {
  await using client = await new mongo.MongoClient(uri).connect()
  const database = client.db(databaseName)
  const count = (collection: string) => database.collection(collection).countDocuments()
  const rooms = await database.collection<{ seated?: unknown[] }>('rooms').find().toArray()
  return {
    rooms: rooms.length,
    seats: rooms.reduce((sum, { seated = [] }) => sum + seated.length, 0),
    messages: await count('chats'),
    GIFs: await count('gifs'),
    'chunks of GIFs': await count('gif.chunks'),
    takeovers: await count('takeovers'),
    nodes: await count('nodes'),
    owners: await count('owners'),
  }
}
