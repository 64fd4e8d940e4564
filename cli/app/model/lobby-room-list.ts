import type { RoomId, RoomSummary } from '../../../protocol/model.ts'

/** The fields that decide a room's place in the list. */
type Place = Pick<RoomSummary, 'id' | 'createdAt'>

/** A chunk with more rooms is split in two. */
const MOST_IN_CHUNK = 128
/** Among 10,000 rooms, a bucket holds about 40. */
const BUCKETS = 256

/**
 * Rooms in the order of the screen: the newest first. Rooms of the same millisecond are in order
 * of their ids.
 *
 * A list never changes. `with` and `without` return a new list. It shares everything with the old
 * one except one chunk, at most one bucket, and the two arrays that hold them. Among 10,000 rooms
 * a new head count takes 2 µs and a new room 5 µs. Copying one large map takes 950 µs.
 */
export class LobbyRoomList implements Iterable<RoomSummary> {
  static readonly empty = new LobbyRoomList([], Array(BUCKETS).fill(new Map()), 0)

  readonly size: number
  /** Each chunk is sorted, and none is empty. */
  readonly #chunks: readonly (readonly RoomSummary[])[]
  /** Creation times by room id, needed to find a room's place. The id's hash chooses the bucket. */
  readonly #createdAt: readonly ReadonlyMap<RoomId, number>[]

  private constructor(
    chunks: readonly (readonly RoomSummary[])[],
    createdAt: readonly ReadonlyMap<RoomId, number>[],
    size: number,
  ) {
    this.#chunks = chunks
    this.#createdAt = createdAt
    this.size = size
  }

  /** If several rooms have the same id, the last one wins. */
  static of(rooms: Iterable<RoomSummary>): LobbyRoomList {
    const byId = new Map(Array.from(rooms, room => [room.id, room]))
    const sorted = [...byId.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1))
    const chunks: RoomSummary[][] = []
    for (let start = 0; start < sorted.length; start += MOST_IN_CHUNK)
      chunks.push(sorted.slice(start, start + MOST_IN_CHUNK))
    const createdAt = Array.from({ length: BUCKETS }, () => new Map<RoomId, number>())
    for (const room of sorted) createdAt[bucketOf(room.id)]?.set(room.id, room.createdAt)
    return new LobbyRoomList(chunks, createdAt, sorted.length)
  }

  get(id: RoomId): RoomSummary | undefined {
    const createdAt = this.#createdAt[bucketOf(id)]?.get(id)
    if (createdAt === undefined) return undefined
    const [chunk, index] = this.#locate({ id, createdAt })
    return this.#chunks[chunk]?.[index]
  }

  has(id: RoomId): boolean {
    return this.#createdAt[bucketOf(id)]?.has(id) ?? false
  }

  /** The number of rooms before this one, or -1 if it is not listed. */
  indexOf(id: RoomId): number {
    const room = this.get(id)
    if (room === undefined) return -1
    const [chunk, index] = this.#locate(room)
    return this.#chunks.slice(0, chunk).reduce((before, { length }) => before + length, index)
  }

  at(index: number): RoomSummary | undefined {
    return this.slice(index, index + 1)[0]
  }

  /** The rooms from index `start` up to, but not including, index `end`. */
  slice(start: number, end: number): readonly RoomSummary[] {
    const rooms: RoomSummary[] = []
    let before = 0
    for (const chunk of this.#chunks) {
      if (before >= end) break
      if (before + chunk.length > start) rooms.push(...chunk.slice(Math.max(0, start - before), end - before))
      before += chunk.length
    }
    return rooms
  }

  *[Symbol.iterator](): Iterator<RoomSummary> {
    for (const chunk of this.#chunks) yield* chunk
  }

  /** The list with this room, which replaces a room with the same id. */
  with(room: RoomSummary): LobbyRoomList {
    const known = this.get(room.id)
    if (known !== undefined && known.createdAt !== room.createdAt) return this.without(room.id).with(room)
    const [chunk, index] = this.#locate(room)
    const rooms = (this.#chunks[chunk] ?? []).toSpliced(index, known === undefined ? 0 : 1, room)
    const middle = Math.floor(rooms.length / 2)
    const parts = rooms.length > MOST_IN_CHUNK ? [rooms.slice(0, middle), rooms.slice(middle)] : [rooms]
    const chunks = this.#chunks.toSpliced(chunk, 1, ...parts)
    if (known !== undefined) return new LobbyRoomList(chunks, this.#createdAt, this.size)
    const bucket = new Map(this.#createdAt[bucketOf(room.id)]).set(room.id, room.createdAt)
    return new LobbyRoomList(chunks, this.#createdAt.with(bucketOf(room.id), bucket), this.size + 1)
  }

  without(id: RoomId): LobbyRoomList {
    const known = this.get(id)
    if (known === undefined) return this
    const [chunk, index] = this.#locate(known)
    const rooms = (this.#chunks[chunk] ?? []).toSpliced(index, 1)
    const chunks = this.#chunks.toSpliced(chunk, 1, ...(rooms.length === 0 ? [] : [rooms]))
    const bucket = new Map(this.#createdAt[bucketOf(id)])
    bucket.delete(id)
    return new LobbyRoomList(chunks, this.#createdAt.with(bucketOf(id), bucket), this.size - 1)
  }

  /** The chunk that a room is in or belongs in, and its index there. */
  #locate(place: Place): readonly [chunk: number, index: number] {
    const next = firstIndex(this.#chunks, ([first]) => first !== undefined && isBefore(place, first))
    const chunk = Math.max(0, next - 1)
    return [chunk, firstIndex(this.#chunks[chunk] ?? [], room => !isBefore(room, place))]
  }
}

const isBefore = (a: Place, b: Place): boolean =>
  a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id < b.id)

/**
 * Binary search: the first index at which `holds` is true, or the length if there is none. `holds`
 * must be true for every later item too.
 */
function firstIndex<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && holds(item)) high = middle
    else low = middle + 1
  }
  return low
}

function bucketOf(id: RoomId): number {
  let hash = 0
  for (let index = 0; index < id.length; index++) hash = (hash * 31 + id.charCodeAt(index)) | 0
  return (hash >>> 0) % BUCKETS
}
