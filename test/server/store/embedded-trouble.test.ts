import assert from 'node:assert/strict'
import fs, { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { RoomGoneError, SeqTakenError, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { openDataDirectory } from '../../../server/store/embedded/open-data-directory.ts'
import { ada, bob, GIF_BYTES, gifOf, roomOf, say, silentLog } from './store-samples.ts'

let directory: string
let database: DatabaseSync
let store: EmbeddedStore

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gifchat-trouble-'))
  const opened = openDataDirectory(directory, 'process')
  database = opened.database
  store = new EmbeddedStore({ ...opened, log: silentLog })
  for (const id of ['first', 'second']) await store.createRoom(roomOf(id))
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

/** Lets the database have no more pages than it has; returns the way out. */
function limitPages(): () => void {
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
  database.exec(`PRAGMA max_page_count = ${pages}`)
  return () => database.exec('PRAGMA max_page_count = 1000000')
}

/** Lets no file grow beyond what it has, as a full disk would; returns the way out. */
function fillDisk(): () => void {
  const endPages = limitPages()
  const limit = statSync(join(directory, 'gifchat.journal')).size
  const end = writeJournal((write, bytes, position) =>
    write(bytes.subarray(0, Math.max(0, Math.min(bytes.length, limit - position))), position),
  )
  return () => {
    endPages()
    end()
  }
}

/** Makes every write fail as on a read-only file; returns the way out. */
function forbidWrites(): () => void {
  database.exec('PRAGMA query_only = ON')
  const end = writeJournal(() => {
    throw Object.assign(new Error('EROFS: read-only file system, write'), { code: 'EROFS' })
  })
  return () => {
    database.exec('PRAGMA query_only = OFF')
    end()
  }
}

/** Has `how` write to the journal, which gets what writes there; returns the way out. */
function writeJournal(
  how: (
    write: (bytes: Uint8Array, position: number) => number,
    bytes: Uint8Array,
    position: number,
  ) => number,
): () => void {
  const { writeSync } = fs
  const mocked = mock.method(fs, 'writeSync', (...args: unknown[]) => {
    const [file, bytes, , , position] = args as [number, Uint8Array, number, number, number] // as `Journal` calls it
    return how((part, at) => writeSync(file, part, 0, part.length, at), bytes, position)
  })
  syncBuiltinESMExports()
  return () => {
    mocked.mock.restore()
    syncBuiltinESMExports()
  }
}

const batchOf = (room: string, firstSeq: number, count = 1) => ({
  room,
  firstSeq,
  messages: Array.from({ length: count }, (_, index) => say('x'.repeat(2_000), `${firstSeq + index}`)),
})

const seqsOf = async (room: string) =>
  (await store.readMessages(room, { limit: 1_000 })).map(({ seq }) => seq)

for (const [name, begin] of [
  ['full', fillDisk],
  ['read-only', forbidWrites],
] as const) {
  test(`a ${name} disk makes writes unavailable, keeps nothing of them, and is over when it is over`, async () => {
    await store.appendMessages([batchOf('first', 1), batchOf('second', 1)])
    const end = begin()
    const refused = [
      store.appendMessages([batchOf('first', 2, 50), batchOf('second', 2, 50)]),
      store.saveGif('first', gifOf('g', GIF_BYTES), GIF_BYTES),
      store.createRoom(roomOf('third')),
    ]
    for (const write of await Promise.allSettled(refused)) {
      assert.ok(
        write.status === 'rejected' && write.reason instanceof StoreUnavailableError,
        JSON.stringify(write),
      )
    }
    assert.deepEqual([await seqsOf('first'), await seqsOf('second')], [[1], [1]])
    assert.equal(await store.findGif('first', 'g'.repeat(22)), undefined)
    end()
    await store.appendMessages([batchOf('first', 2, 50), batchOf('second', 2, 50)])
    assert.deepEqual([(await seqsOf('first')).length, (await seqsOf('second')).length], [51, 51])
    await store.saveGif('first', gifOf('g', GIF_BYTES), GIF_BYTES)
    await store.createRoom(roomOf('fourth'))
    assert.deepEqual((await store.findRooms()).at(-1)?.id, 'fourth')
  })
}

test('a file that may not grow can still be purged, which makes space again', async () => {
  await store.appendMessages([batchOf('first', 1, 100), batchOf('second', 1)])
  const end = fillDisk()
  await assert.rejects(store.appendMessages([batchOf('second', 2, 50)]), StoreUnavailableError)
  await store.purgeRooms(['first'])
  await store.appendMessages([batchOf('second', 2, 50)])
  end()
  assert.equal((await seqsOf('second')).length, 51)
})

test('a purge that is refused leaves the room whole', async () => {
  await store.appendMessages([batchOf('first', 1)])
  const end = forbidWrites()
  await assert.rejects(store.purgeRooms(['first']), StoreUnavailableError)
  end()
  assert.deepEqual(await seqsOf('first'), [1])
  await store.appendMessages([batchOf('first', 2)])
  assert.deepEqual(await seqsOf('first'), [1, 2])
  await store.purgeRooms(['first'])
  assert.deepEqual(
    (await store.findRooms()).map(({ id }) => id),
    ['second'],
  )
})

test('a purge that is refused between its steps is gone on with by the next, and its room does not come back', async () => {
  for (const id of ['a', 'b', 'c']) {
    const bytes = new Uint8Array(3_000_000)
    await store.saveGif('first', gifOf(id, bytes), bytes)
  }
  const purge = store.purgeRooms(['first'])
  const end = forbidWrites()
  await assert.rejects(purge, StoreUnavailableError)
  end()
  const pages = () => Number(database.prepare('PRAGMA page_count').get()?.page_count)
  assert.ok(pages() > 1_000, `${pages()} pages are left`)
  assert.deepEqual(
    (await store.findRooms()).map(({ id }) => id),
    ['second'],
  )
  await store.purgeRooms(['first'])
  assert.ok(pages() < 100, `${pages()} pages are left`)
})

test('while the tables take nothing, the journal takes so much and no more, and nothing of it is lost', async () => {
  await store.appendMessages([batchOf('first', 1)])
  const end = limitPages()
  let acked = 1
  await assert.rejects(async () => {
    while (acked < 1_000) {
      await store.appendMessages([batchOf('first', acked + 1)])
      acked++
    }
  }, StoreUnavailableError)
  assert.ok(acked > 50, `${acked} acked`)
  assert.equal((await seqsOf('first')).length, acked)
  await store.close()
  const opened = openDataDirectory(directory, 'process')
  database = opened.database
  store = new EmbeddedStore({ ...opened, log: silentLog })
  end()
  await store.appendMessages([batchOf('first', acked + 1)])
  assert.deepEqual(
    await seqsOf('first'),
    Array.from({ length: acked + 1 }, (_, index) => index + 1),
  )
})

test('what one batch meets is the end of all of them', async () => {
  await store.appendMessages([batchOf('second', 1)])
  await assert.rejects(
    store.appendMessages([
      batchOf('first', 1),
      { room: 'second', firstSeq: 1, messages: [say('other', 'other')] },
    ]),
    SeqTakenError,
  )
  await assert.rejects(store.appendMessages([batchOf('first', 1), batchOf('never there', 1)]), RoomGoneError)
  assert.deepEqual(await seqsOf('first'), [])
})

test('of a line that was refused nothing is left for a torn one to run on into', async () => {
  const lines = [
    { room: 'first', firstSeq: 1, messages: [say('Ada alone said this, and was refused', 'ada', ada)] },
    { room: 'first', firstSeq: 1, messages: [say('Bob said more than could be written', 'bob', bob)] },
  ]
  for (let torn = 1; torn < 170; torn += 7) {
    const taken = [Number.POSITIVE_INFINITY, torn]
    const end = writeJournal((write, bytes, position) => {
      write(bytes.subarray(0, taken.shift()), position)
      throw new Error('EIO')
    })
    for (const line of lines) await assert.rejects(store.appendMessages([line]), StoreUnavailableError)
    end()
    const copy = `${directory}-killed`
    cpSync(directory, copy, { recursive: true })
    const next = new EmbeddedStore({ ...openDataDirectory(copy, 'process'), log: silentLog })
    assert.deepEqual(await next.readMessages('first', { limit: 9 }), [], `${torn} bytes were taken`)
    await next.close()
    rmSync(copy, { recursive: true })
  }
  await store.appendMessages([batchOf('first', 1)])
  assert.deepEqual(await seqsOf('first'), [1])
})

test('two batches for one room in one write are two, before the tables have them and after', async () => {
  await store.appendMessages([batchOf('first', 1), batchOf('second', 1), batchOf('first', 2, 2)])
  for (const settle of [async () => {}, () => store.recover()]) {
    await settle()
    assert.deepEqual([await seqsOf('first'), await seqsOf('second')], [[1, 2, 3], [1]])
  }
  await store.appendMessages([batchOf('first', 4)])
  await store.recover()
  assert.deepEqual(await seqsOf('first'), [1, 2, 3, 4])
})
