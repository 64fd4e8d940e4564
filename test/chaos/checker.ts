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

/** The faults found, by kind. Each is a sentence. */
export interface Differences {
  readonly lostAcked: readonly string[]
  readonly duplicated: readonly string[]
  readonly outOfOrder: readonly string[]
  readonly gaps: readonly string[]
  readonly altered: readonly string[]
  /** Neither acked nor reported as failed. */
  readonly silent: readonly string[]
  /** Reported as failed, but stored. */
  readonly falselyFailed: readonly string[]
}

/** Compares what the clients have seen with what the store has (PROTOCOL.md D1–D7). */
export function check(
  records: readonly ClientRecord[],
  stored: ReadonlyMap<RoomId, readonly ChatMessage[]>,
): Differences {
  const found: Record<keyof Differences, string[]> = {
    lostAcked: [],
    duplicated: [],
    outOfOrder: [],
    gaps: [],
    altered: [],
    silent: [],
    falselyFailed: [],
  }
  for (const [room, messages] of stored) checkStored(room, messages, found)
  for (const record of records) checkRecord(record, stored.get(record.room) ?? [], found)
  return found
}

export const countOf = (differences: Differences): number =>
  Object.values(differences).reduce((sum, list) => sum + list.length, 0)

type Found = Record<keyof Differences, string[]>

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
  const bySeq = new Map(messages.map(message => [message.seq, message]))
  for (const [id, seq] of record.acked) {
    const message = bySeq.get(seq)
    if (message?.user.id !== record.user || message.clientMessageId !== id) {
      found.lostAcked.push(`${record.name}: ${id} was acked as ${seq} and is not there`)
    }
  }
  for (const id of record.said.keys()) {
    if (!record.acked.has(id) && !record.failed.has(id))
      found.silent.push(`${record.name}: nothing was said of ${id}`)
  }
  for (const message of messages) {
    if (message.user.id === record.user && record.failed.has(message.clientMessageId)) {
      found.falselyFailed.push(
        `${record.name}: ${message.clientMessageId} was said to have failed and is there`,
      )
    }
  }
  let last: Seq | undefined
  const shown = new Set<Seq>()
  for (const message of record.shown) {
    const { seq } = message
    if (shown.has(seq)) found.duplicated.push(`${record.name}: was shown ${seq} twice`)
    else if (last !== undefined && seq < last)
      found.outOfOrder.push(`${record.name}: was shown ${seq} after ${last}`)
    else if (last !== undefined && seq > last + 1)
      found.gaps.push(`${record.name}: was shown ${seq} after ${last}`)
    shown.add(seq)
    last = Math.max(last ?? 0, seq)
    if (JSON.stringify(sortedFields(message)) !== JSON.stringify(sortedFields(bySeq.get(seq)))) {
      found.altered.push(`${record.name}: was shown another message ${seq} than is stored`)
    }
  }
  const newest = messages.at(-1)?.seq ?? 0
  if ((last ?? 0) < newest)
    found.gaps.push(`${record.name}: was shown ${last} at last, and the newest is ${newest}`)
}

const sortedFields = (message: ChatMessage | undefined): unknown =>
  message === undefined ? undefined : Object.entries(message).toSorted(([a], [b]) => (a < b ? -1 : 1))
