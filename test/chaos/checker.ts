import { isDeepStrictEqual } from 'node:util'
import type { ChatMessage, ClientMessageId, RoomId, Seq, UserId } from '../../protocol/model.ts'

/** What one client has seen of one room. */
export interface ClientRecord {
  readonly name: string
  readonly user: UserId
  readonly room: RoomId
  /** The texts that it sent, by `clientMessageId`. */
  readonly said: ReadonlyMap<ClientMessageId, string>
  readonly acked: ReadonlyMap<ClientMessageId, Seq>
  /** The messages that were reported as failed. */
  readonly failed: ReadonlySet<ClientMessageId>
  /** The messages that it was shown, in that order. */
  readonly shown: readonly ChatMessage[]
}

/** The most people in a room that a client was ever told of, and how many the room takes. */
export interface Crowd {
  readonly name: string
  readonly people: number
  readonly capacity: number
}

/** What a server gave when it was asked for a GIF whose message was acked. */
export interface FetchedGif {
  readonly name: string
  readonly server: string
  readonly outcome: 'same' | 'other' | 'none'
}

/** The people in each room, as one server lists them while everybody is seated. */
export interface Listing {
  readonly server: string
  readonly people: ReadonlyMap<RoomId, number>
}

/** All that is known of a run. */
export interface Evidence {
  readonly records: readonly ClientRecord[]
  readonly crowds: readonly Crowd[]
  readonly stored: ReadonlyMap<RoomId, readonly ChatMessage[]>
  readonly gifs: readonly FetchedGif[]
  readonly listings: readonly Listing[]
  /** How much the store has of what it keeps, when everybody has gone and the servers too. */
  readonly left: Readonly<Record<string, number>>
}

/** The kinds of faults. */
const KINDS = [
  'lostAcked',
  'duplicated',
  'outOfOrder',
  'gaps',
  'altered',
  /** Neither acked nor reported as failed. */
  'silent',
  /** Reported as failed, but stored. */
  'falselyFailed',
  /** An acked GIF whose bytes are not there, or are others. */
  'wrongGifs',
  'ghosts',
  'overCapacity',
  'leftOver',
] as const
type Kind = (typeof KINDS)[number]

/** The faults found, by kind. Each is a sentence. */
export type Differences = Readonly<Record<Kind, readonly string[]>>
type Found = Record<Kind, string[]>

/** Compares what the clients have seen with what the store and the servers have. */
export function check({ records, crowds, stored, gifs, listings, left }: Evidence): Differences {
  const found = Object.fromEntries(KINDS.map(kind => [kind, []])) as unknown as Found // all kinds
  for (const [room, messages] of stored) checkStored(room, messages, found)
  for (const record of records) checkRecord(record, stored.get(record.room) ?? [], found)
  for (const { name, people, capacity } of crowds) {
    if (people > capacity) found.overCapacity.push(`${name}: ${people} people in a room for ${capacity}`)
  }
  for (const { name, server, outcome } of gifs) {
    if (outcome === 'same') continue
    found.wrongGifs.push(`${name}: ${server} has ${outcome === 'none' ? 'no bytes' : 'other bytes'} of it`)
  }
  for (const listing of listings) checkListing(listing, records, found)
  for (const [what, count] of Object.entries(left)) if (count > 0) found.leftOver.push(`${count} ${what}`)
  return found
}

export const countOf = (differences: Differences): number =>
  Object.values(differences).reduce((sum, list) => sum + list.length, 0)

function checkStored(room: RoomId, messages: readonly ChatMessage[], found: Found): void {
  const seen = new Set<string>()
  messages.forEach((message, index) => {
    if (message.seq !== index + 1)
      found.gaps.push(`${room}: the store has seq ${message.seq} at place ${index + 1}`)
    const key = `${message.user.id} ${message.clientMessageId}`
    if (seen.has(key)) found.duplicated.push(`${room}: the store has ${key} twice`)
    seen.add(key)
  })
}

function checkRecord(record: ClientRecord, messages: readonly ChatMessage[], found: Found): void {
  const { name, user, acked, failed } = record
  const bySeq = new Map(messages.map(message => [message.seq, message]))
  for (const [id, seq] of acked) {
    const message = bySeq.get(seq)
    if (message?.user.id !== user || message.clientMessageId !== id)
      found.lostAcked.push(`${name}: ${id} was acked as ${seq} and is not there`)
  }
  for (const id of record.said.keys()) {
    if (!acked.has(id) && !failed.has(id)) found.silent.push(`${name}: nothing was said of ${id}`)
  }
  for (const { user: author, clientMessageId: id } of messages) {
    if (author.id === user && failed.has(id))
      found.falselyFailed.push(`${name}: ${id} was said to have failed and is there`)
  }
  checkShown(record, bySeq, found)
}

/** What a client is shown is a part of the stored messages without a gap, up to the newest. */
function checkShown({ name, shown }: ClientRecord, bySeq: ReadonlyMap<Seq, ChatMessage>, found: Found): void {
  let last: Seq | undefined
  const seen = new Set<Seq>()
  for (const message of shown) {
    const { seq } = message
    if (seen.has(seq)) found.duplicated.push(`${name}: was shown ${seq} twice`)
    else if (last !== undefined && seq < last)
      found.outOfOrder.push(`${name}: was shown ${seq} after ${last}`)
    else if (last !== undefined && seq > last + 1) found.gaps.push(`${name}: was shown ${seq} after ${last}`)
    seen.add(seq)
    last = Math.max(last ?? 0, seq)
    if (!isDeepStrictEqual(message, bySeq.get(seq)))
      found.altered.push(`${name}: was shown another message ${seq} than is stored`)
  }
  const newest = Math.max(0, ...bySeq.keys())
  if ((last ?? 0) < newest) found.gaps.push(`${name}: was shown ${last} at last, and the newest is ${newest}`)
}

/** Everybody is seated, and nobody else is there. */
function checkListing({ server, people }: Listing, records: readonly ClientRecord[], found: Found): void {
  const seated = Map.groupBy(records, ({ room }) => room)
  for (const room of new Set([...people.keys(), ...seated.keys()])) {
    const [listed, real] = [people.get(room) ?? 0, seated.get(room)?.length ?? 0]
    if (listed !== real) found.ghosts.push(`${room}: ${server} lists ${listed} people, and ${real} are there`)
  }
}
