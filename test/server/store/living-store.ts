import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'node:test'
import type { ChatStore, NewMessage } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { copyFiles } from './store-files.ts'
import { allAppended, roomOf, say, silentLog } from './store-samples.ts'

/** A directory for each test, and in it an open store with the rooms `one` and `two`. */
let root: string
export let directory: string
export let store: ChatStore
let copies = 0

export const open = (at: string, log = silentLog) =>
  openEmbeddedStore({ directory: at, durability: 'process', log })

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'gifchat-living-'))
  directory = join(root, 'living')
  store = await open(directory)
  for (const id of ['one', 'two']) await store.createRoom(roomOf(id))
})
afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

/** What a server that is killed now would leave. */
export const killed = (at = directory): string => copyFiles(at, join(root, `killed-${copies++}`))

export const append = async (room: string, firstSeq: number, ...messages: NewMessage[]) =>
  allAppended(await store.appendMessages([{ room, firstSeq, messages }]))[0] ?? []

/** More than one segment takes. */
export const MUCH_TEXTS = Array.from({ length: 3_000 }, (_, index) => `${index}`.repeat(150))
export const MUCH = MUCH_TEXTS.map((text, index) => say(text, `much ${index}`))

export async function appendMuch(room: string, firstSeq: number): Promise<void> {
  for (let start = 0; start < MUCH.length; start += 7)
    await append(room, firstSeq + start, ...MUCH.slice(start, start + 7))
}

export const textsIn = async (of: ChatStore, room: string) =>
  (await of.readMessages(room, { limit: 10_000 })).map(message => ('text' in message ? message.text : 'gif'))

/** The newest `seq` of a room; 0 when it has no message. */
export const lastSeqIn = async (of: ChatStore, room: string) =>
  (await of.loadRoom(room, 1)).messages[0]?.seq ?? 0
