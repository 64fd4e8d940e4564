import assert from 'node:assert/strict'
import { fstatSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { type Replacement, replaceFiles, systemError } from './broken-files.ts'
import { copyFiles, filesIn, segmentsOf } from './store-files.ts'
import { allAppended, GIF_BYTES, gifOf, roomOf, say, silentLog } from './store-samples.ts'

let root: string
let directory: string
let store: ChatStore
/** What was flushed, by the number of its inode, in order. */
let flushed: number[]
let end: () => void

const open = (durability: 'process' | 'power', at = directory) =>
  openEmbeddedStore({ directory: at, durability, log: silentLog })

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'gifchat-power-'))
  directory = join(root, 'living')
  flushed = []
  const flushHandle: Replacement = (call, _, self) => {
    flushed.push(fstatSync((self as FileHandle).fd).ino) // whose method is replaced
    return call()
  }
  end = replaceFiles({
    fs: {
      fdatasync: (call, [file]) => {
        flushed.push(fstatSync(Number(file)).ino)
        return call()
      },
    },
    handle: { sync: flushHandle, datasync: flushHandle },
  })
  store = await open('power')
})
afterEach(async () => {
  end()
  await store.close()
  rmSync(root, { recursive: true })
})

const inodeOf = (...path: string[]) => statSync(join(directory, ...path)).ino

/** What `work` flushes, each file and directory once. */
async function flushedBy(work: () => Promise<unknown>): Promise<readonly number[]> {
  flushed = []
  await work()
  return flushed.toSorted()
}

const append = (room: string, seq: number) => ({ room, firstSeq: seq, messages: [say(`${seq}`, `${seq}`)] })

test('everything that is made is flushed, and the directories that got a new name', async () => {
  const created = await flushedBy(() => store.createRoom(roomOf('room')))
  const room = join('rooms', 'room')
  assert.deepEqual(created, [inodeOf(room, 'room.json'), inodeOf(room), inodeOf('rooms')].toSorted())
  const saved = await flushedBy(() => store.saveGif('room', gifOf('g', GIF_BYTES), GIF_BYTES))
  const gifs = join(room, 'gifs')
  const gif = join(gifs, 'g'.repeat(22))
  for (const path of [`${gif}.gif`, `${gif}.unposted.json`, gifs, room])
    assert.ok(saved.includes(inodeOf(path)), path)
  const kept = await flushedBy(() => store.loadSecret('secret'))
  assert.deepEqual(kept, [inodeOf('secret'), inodeOf()].toSorted())
})

test('an append flushes the file of each of its rooms, and nothing else; a new file its directory too', async () => {
  for (const id of ['one', 'two', 'three']) await store.createRoom(roomOf(id))
  const segments = () => ['one', 'two'].map(id => statSync(segmentsOf(directory, id)[0] ?? '').ino)
  const first = await flushedBy(() => store.appendMessages([append('one', 1), append('two', 1)]))
  assert.deepEqual(first, [...segments(), inodeOf('rooms/one'), inodeOf('rooms/two')].toSorted())
  const second = await flushedBy(() => store.appendMessages([append('one', 2), append('two', 2)]))
  assert.deepEqual(second, segments().toSorted())
  assert.deepEqual(await flushedBy(() => store.appendMessages([append('one', 2)])), [])
})

test('an append resolves once all is flushed, which is begun at once for all rooms', async () => {
  const rooms = Array.from({ length: 300 }, (_, index) => `room-${index}`)
  for (const id of rooms) await store.createRoom(roomOf(id))
  await store.appendMessages(rooms.map(room => append(room, 1)))
  const waiting: (() => void)[] = []
  const release = replaceFiles({
    fs: { fdatasync: (_, [, done]) => void waiting.push(() => (done as (error: null) => void)(null)) },
  })
  const stored = store.appendMessages(rooms.map(room => append(room, 2))).then(() => 2)
  const next = store.appendMessages([append('room-0', 3)]).then(() => 3)
  const together: number[] = []
  for (const [append, storedBefore] of [
    [stored, 1],
    [next, 2],
  ] as const) {
    const turn = () => new Promise(resolve => setImmediate(resolve, 'turn'))
    while ((await Promise.race([append, turn()])) === 'turn') {
      if (waiting.length === 0) continue
      together.push(waiting.length)
      assert.equal((await store.readMessages('room-0', { limit: 9 })).length, storedBefore)
      for (const done of waiting.splice(0)) done()
    }
  }
  release()
  // As many as may be open at the same time; and one call at a time.
  assert.deepEqual(together, [128, 128, 44, 1])
  assert.equal((await store.readMessages('room-0', { limit: 9 })).length, 3)
})

test('what could not be flushed was not stored, and does not come back', async () => {
  for (const id of ['one', 'two']) await store.createRoom(roomOf(id))
  await store.appendMessages([append('one', 1), append('two', 1)])
  let flushes = 0
  const release = replaceFiles({
    fs: {
      fdatasync: (_, [, done]) =>
        (done as (error: unknown) => void)(flushes++ > 0 ? systemError('EIO') : null),
    },
  })
  await assert.rejects(store.appendMessages([append('one', 2), append('two', 2)]), StoreUnavailableError)
  release()
  for (const id of ['one', 'two']) assert.equal((await store.readMessages(id, { limit: 9 })).length, 1)
  const other = { room: 'one', firstSeq: 2, messages: [say('other', 'other')] }
  const [[outcome] = []] = allAppended(await store.appendMessages([other]))
  assert.deepEqual([outcome?.seq, outcome?.isDuplicate], [2, false])
  await store.close()
  store = await open('power')
  const messages = await store.readMessages('one', { limit: 9 })
  assert.deepEqual(
    messages.map(({ clientMessageId }) => clientMessageId),
    ['1', 'other'],
  )
})

test('what a killed server may not have flushed is flushed before it is told', async () => {
  await store.createRoom(roomOf('room'))
  await store.appendMessages([append('room', 1)])
  const copy = copyFiles(directory, join(root, 'killed'))
  const next = await open('power', copy)
  const read = await flushedBy(() => next.readMessages('room', { limit: 9 }))
  const [segment = ''] = segmentsOf(copy, 'room')
  assert.deepEqual(read, [statSync(segment).ino, statSync(join(copy, 'rooms/room')).ino].toSorted())
  assert.deepEqual(await flushedBy(() => next.readMessages('room', { limit: 9 })), [])
  await next.close()
})

test('a purge flushes what it overwrote before it unlinks it', async () => {
  await store.createRoom(roomOf('room'))
  await store.saveGif('room', gifOf('g', GIF_BYTES), GIF_BYTES)
  await store.appendMessages([append('room', 1)])
  const inodes = filesIn(directory).map(path => statSync(path).ino)
  let unlinked = 0
  const release = replaceFiles({
    promises: {
      unlink: (call, [path]) => {
        assert.equal(flushed.at(-1), statSync(String(path)).ino)
        unlinked++
        return call()
      },
    },
  })
  const purged = await flushedBy(() => store.purgeRooms(['room']))
  release()
  assert.equal(unlinked, inodes.length)
  assert.ok(inodes.every(inode => purged.includes(inode)))
})

test('a loss of the process only: nothing is flushed', async () => {
  await store.close()
  store = await open('process', join(root, 'other'))
  const all = await flushedBy(async () => {
    await store.createRoom(roomOf('room'))
    await store.saveGif('room', gifOf('g', GIF_BYTES), GIF_BYTES)
    await store.appendMessages([append('room', 1)])
    await store.purgeRooms(['room'])
    await store.loadSecret('secret')
  })
  assert.deepEqual(all, [])
})
