import assert from 'node:assert/strict'
import type { GifInfo, PostedGif, RoomId, User } from '../../../protocol/model.ts'
import type {
  Appended,
  BatchOutcome,
  NewMessage,
  StoredGif,
  StoredRoom,
} from '../../../server/chat/chat-store.ts'
import type { CoreLog } from '../../../server/chat/core-log.ts'

export const ada: User = { id: 'ada', color: '#AA0000' }
export const bob: User = { id: 'bob', color: '#0000BB' }

export const roomOf = (id: RoomId, fields: Partial<StoredRoom> = {}): StoredRoom => ({
  id,
  title: `the room ${id}`,
  max: 10,
  owner: ada,
  passwordHash: null,
  createdAt: 1_700_000_000_000,
  ...fields,
})

export const say = (text: string, clientMessageId: string, user: User = ada): NewMessage => ({
  text,
  user,
  clientMessageId,
  createdAt: 1_700_000_000_000 + text.length,
})

export const show = (gif: PostedGif, clientMessageId: string): NewMessage => ({
  gif,
  user: ada,
  clientMessageId,
  createdAt: 1_700_000_000_500,
})

export const gifOf = (letter: string, bytes: Uint8Array): GifInfo => ({
  id: letter.repeat(22),
  bytes: bytes.length,
  width: 4,
  height: 3,
  frames: 2,
  durationMs: 150,
})

/** The outcomes of batches that must all have been stored. Throws the first fault of one. */
export function allAppended(outcomes: readonly BatchOutcome[]): readonly (readonly Appended[])[] {
  return outcomes.map(outcome => {
    if (outcome instanceof Error) throw outcome
    return outcome
  })
}

/** Bytes of every value. They fill more than one GridFS chunk. */
export const GIF_BYTES = Uint8Array.from(
  { length: 300_000 },
  (_, index) => (index * 31 + (index >> 8)) & 0xff,
)

/** All bytes of a GIF as they are read from a store. Undefined when it is not there. */
export async function wholeGif(read: Promise<StoredGif | undefined>): Promise<Buffer | undefined> {
  const stored = await read
  if (stored === undefined) return undefined
  const parts: Uint8Array[] = []
  for await (const part of stored.parts) parts.push(part)
  const whole = Buffer.concat(parts)
  assert.equal(whole.length, stored.bytes)
  return whole
}

export const silentLog: CoreLog = { info: () => {}, warn: () => {} }
