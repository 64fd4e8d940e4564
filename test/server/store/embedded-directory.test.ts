import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, test } from 'node:test'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import {
  DataDirectoryError,
  DataDirectoryInUseError,
} from '../../../server/store/embedded/data-directory-error.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { filesIn, segmentsOf } from './store-files.ts'
import { GIF_BYTES, gifOf, roomOf, say, show, silentLog } from './store-samples.ts'

let root: string
let directory: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gifchat-directory-'))
  directory = join(root, 'some/where')
})
afterEach(() => rmSync(root, { recursive: true }))

const open = (at = directory) => openEmbeddedStore({ directory: at, durability: 'process', log: silentLog })
const saying = (kind: abstract new (...args: never[]) => Error, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof kind, String(error))
  assert.match(error.message, pattern)
  assert.match(error.message, /--data or GIFCHAT_DATA\.$/)
  return true
}

async function fill(store: ChatStore): Promise<void> {
  await store.createRoom(roomOf('room'))
  await store.saveGif('room', gifOf('g', GIF_BYTES), GIF_BYTES)
  const messages = [say('first', '1'), show({ ...gifOf('g', GIF_BYTES), name: 'g.gif' }, '2')]
  await store.appendMessages([{ room: 'room', firstSeq: 1, messages }])
}

test('makes the directory and all in it for this user alone', async () => {
  const store = await open()
  await store.loadSecret('something to write')
  await fill(store)
  const files = filesIn(directory).map(path => path.slice(directory.length + 1))
  assert.deepEqual(files, [
    'rooms/room/gifs/gggggggggggggggggggggg.gif',
    'rooms/room/gifs/gggggggggggggggggggggg.json',
    'rooms/room/messages-000000000001.jsonl',
    'rooms/room/room.json',
    'secret',
  ])
  for (const file of files) assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file)
  for (const name of ['', 'rooms', 'ended', 'rooms/room', 'rooms/room/gifs']) {
    assert.equal(statSync(join(directory, name)).mode & 0o777, 0o700, name)
  }
  await store.close()
})

test('a room can be read by hand: JSON, a line for each message, and the bytes of GIFs', async () => {
  const store = await open()
  await fill(store)
  const room = join(directory, 'rooms/room')
  assert.deepEqual(JSON.parse(readFileSync(join(room, 'room.json'), 'utf8')), roomOf('room'))
  const [segment = ''] = segmentsOf(directory, 'room')
  const lines = readFileSync(segment, 'utf8').split('\n')
  assert.equal(lines.pop(), '')
  assert.deepEqual(
    lines.map(line => JSON.parse(line)),
    await store.readMessages('room', { limit: 10 }),
  )
  const gif = join(room, 'gifs', 'g'.repeat(22))
  assert.ok(readFileSync(`${gif}.gif`).equals(GIF_BYTES))
  assert.deepEqual(JSON.parse(readFileSync(`${gif}.json`, 'utf8')), gifOf('g', GIF_BYTES))
  await store.close()
})

test('a second server is refused while the first lives, and welcome after', async () => {
  const first = await open()
  await assert.rejects(
    open(),
    saying(DataDirectoryInUseError, /^Another gifchat server is using .*some\/where/),
  )
  await first.ping()
  await first.close()
  await (await open()).close()
  assert.deepEqual(readdirSync(directory).sort(), ['ended', 'rooms'])
})

test('of servers that start together one has the directory at most, and later starts find it free', async () => {
  for (let round = 0; round < 10; round++) {
    const opened = await Promise.allSettled(Array.from({ length: 4 }, () => open()))
    const stores = opened.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
    for (const result of opened) {
      assert.ok(result.status === 'fulfilled' || result.reason instanceof DataDirectoryInUseError)
    }
    assert.ok(stores.length <= 1, `${stores.length} servers`)
    if (stores.length === 1) await assert.rejects(open(), DataDirectoryInUseError)
    for (const store of stores) await store.close()
  }
  await (await open()).close()
})

test('the lock works in a directory whose path is too long for the address of a socket', async () => {
  const long = join(directory, 'long'.repeat(20), 'longer'.repeat(20))
  const first = await open(long)
  await assert.rejects(open(long), DataDirectoryInUseError)
  await first.close()
  await (await open(long)).close()
  assert.deepEqual(readdirSync(long).sort(), ['ended', 'rooms'])
})

test('a server killed with SIGKILL keeps nobody out, and what it acked is there', async () => {
  const program = join(import.meta.dirname, 'embedded-process.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'append', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acked = 0
  for await (const line of createInterface(child.stdout)) {
    acked = Number(line)
    if (acked !== 100) continue
    await assert.rejects(open(), DataDirectoryInUseError)
    child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  assert.ok(acked >= 100)
  const store = await open()
  const messages = await store.readMessages('killed', { limit: 1_000_000 })
  assert.ok(messages.length >= acked, `${messages.length} of ${acked}`)
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    messages.map((_, index) => index + 1),
  )
  await store.close()
  assert.deepEqual(readdirSync(directory).sort(), ['ended', 'rooms'])
})

test('a directory that could not be opened is free for the next try', async () => {
  await (await open()).close()
  const rooms = join(directory, 'rooms')
  rmdirSync(rooms)
  writeFileSync(rooms, 'not a directory')
  await assert.rejects(open(), saying(DataDirectoryError, /rooms is not a directory: move it away/))
  rmSync(rooms)
  await (await open()).close()
})

test('a file where the directory should be is said to be one', async () => {
  writeFileSync(join(root, 'file'), '')
  await assert.rejects(open(join(root, 'file')), saying(DataDirectoryError, /file is not a directory/))
  await assert.rejects(open(join(root, 'file/below')), saying(DataDirectoryError, /below is not a directory/))
})

test('a directory nobody may write in is said to be one', async () => {
  mkdirSync(join(root, 'locked'))
  chmodSync(join(root, 'locked'), 0o500)
  chmodSync(root, 0o755)
  const user = process.geteuid?.()
  if (user === 0) process.seteuid?.(65_534) // root may write everywhere
  try {
    const pattern = /^gifchat may not write in .*locked/
    await assert.rejects(open(join(root, 'locked')), saying(DataDirectoryError, pattern))
    await assert.rejects(open(join(root, 'locked/below')), saying(DataDirectoryError, pattern))
  } finally {
    if (user === 0) process.seteuid?.(0)
  }
})

test('symbolic links in place of what is ours are not followed', async () => {
  const elsewhere = join(root, 'elsewhere')
  writeFileSync(elsewhere, 'a letter')
  mkdirSync(directory, { recursive: true })
  for (const name of ['rooms', 'ended']) {
    symlinkSync(root, join(directory, name))
    await assert.rejects(open(), saying(DataDirectoryError, /is not a directory/))
    rmSync(join(directory, name))
  }
  symlinkSync(elsewhere, join(directory, 'secret'))
  let store = await open()
  await assert.rejects(store.loadSecret('secret'), StoreUnavailableError)
  rmSync(join(directory, 'secret'))
  await fill(store)
  await store.close()
  const [segment = ''] = segmentsOf(directory, 'room')
  const gif = join(directory, 'rooms/room/gifs', 'g'.repeat(22))
  for (const path of [segment, `${gif}.gif`]) {
    rmSync(path)
    symlinkSync(elsewhere, path)
  }
  symlinkSync(root, join(directory, 'rooms/linked'))
  store = await open()
  await assert.rejects(store.readMessages('room', { limit: 1 }), StoreUnavailableError)
  const [outcome] = await store.appendMessages([{ room: 'room', firstSeq: 3, messages: [say('third', '3')] }])
  assert.ok(outcome instanceof StoreUnavailableError)
  await assert.rejects(store.readGif('room', 'g'.repeat(22)), StoreUnavailableError)
  await store.purgeRooms(['room', 'linked'])
  await store.close()
  assert.equal(readFileSync(elsewhere, 'utf8'), 'a letter')
  assert.ok(existsSync(join(directory, 'rooms/linked')))
})

test('an id that is no name of a file reaches none', async () => {
  const store = await open()
  await fill(store)
  for (const id of ['', '.', '..', '../elsewhere', 'a/b', 'a b', 'x'.repeat(65), 'room\0']) {
    await assert.rejects(store.createRoom(roomOf(id)), /not the id of a room/)
    await assert.rejects(store.saveGif('room', { ...gifOf('g', GIF_BYTES), id }, GIF_BYTES), /not the id/)
    assert.deepEqual(await store.readMessages(id, { limit: 1 }), [])
    assert.equal(await store.findGif('room', id), undefined)
    assert.equal(await store.readGif('room', id), undefined)
    await store.deleteGif('room', id)
    await store.purgeRooms([id])
  }
  assert.equal(filesIn(root).length, 4)
  await store.close()
})

test('what is not ours is left alone', async () => {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'a letter to my aunt')
  writeFileSync(file, 'dear aunt')
  const store = await open()
  await store.recover()
  await fill(store)
  await store.purgeRooms(['room'])
  await store.close()
  assert.deepEqual(filesIn(directory), [file])
  assert.equal(readFileSync(file, 'utf8'), 'dear aunt')
})

test('others lose the right to write in a data directory', async () => {
  mkdirSync(directory, { recursive: true })
  chmodSync(directory, 0o777)
  await (await open()).close()
  assert.equal(statSync(directory).mode & 0o777, 0o755)
})

test('a data directory of another user is refused in words, and stays as it is', async t => {
  mkdirSync(directory, { recursive: true })
  const owner = statSync(directory).uid
  t.mock.property(process, 'geteuid', () => owner + 1)
  await assert.rejects(open(), saying(DataDirectoryError, /belongs to another user/))
  assert.deepEqual(readdirSync(directory), [])
})
