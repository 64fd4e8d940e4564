import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import {
  type ChatStore,
  RoomGoneError,
  SeqTakenError,
  StoreUnavailableError,
} from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { fillDisk, forbidWrites, replaceFiles, systemError } from './broken-files.ts'
import { copyFiles, filesIn, segmentsOf, tracesIn } from './store-files.ts'
import { ada, bob, GIF_BYTES, gifOf, roomOf, say, show, silentLog } from './store-samples.ts'

let directory: string
let store: ChatStore

const open = (at = directory) => openEmbeddedStore({ directory: at, durability: 'process', log: silentLog })

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gifchat-trouble-'))
  store = await open()
  for (const id of ['first', 'second']) await store.createRoom(roomOf(id))
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

const batchOf = (room: string, firstSeq: number, count = 1) => ({
  room,
  firstSeq,
  messages: Array.from({ length: count }, (_, index) => say('x'.repeat(2_000), `${firstSeq + index}`)),
})

const seqsOf = async (room: string) =>
  (await store.readMessages(room, { limit: 1_000 })).map(({ seq }) => seq)

const idsOf = async () => (await store.findRooms()).map(({ id }) => id)

for (const [name, begin] of [
  ['full', fillDisk],
  ['all but full', () => fillDisk(120_000)],
  ['read-only', forbidWrites],
] as const) {
  test(`a ${name} disk makes writes unavailable, keeps nothing of them, and is over when it is over`, async () => {
    await store.appendMessages([batchOf('first', 1), batchOf('second', 1)])
    const end = begin()
    const refused = [
      store.appendMessages([batchOf('first', 2, 50), batchOf('second', 2, 50)]),
      store.saveGif('first', gifOf('g', GIF_BYTES), GIF_BYTES),
      store.createRoom(roomOf('third')),
      store.loadSecret('secret'),
    ]
    for (const write of await Promise.allSettled(refused)) {
      assert.ok(
        write.status === 'rejected' && write.reason instanceof StoreUnavailableError,
        JSON.stringify(write),
      )
    }
    assert.deepEqual([await seqsOf('first'), await seqsOf('second')], [[1], [1]])
    assert.equal(await store.findGif('first', 'g'.repeat(22)), undefined)
    assert.deepEqual(await idsOf(), ['first', 'second'])
    end()
    await store.appendMessages([batchOf('first', 2, 50), batchOf('second', 2, 50)])
    assert.deepEqual([(await seqsOf('first')).length, (await seqsOf('second')).length], [51, 51])
    await store.saveGif('first', gifOf('g', GIF_BYTES), GIF_BYTES)
    assert.equal((await store.readGif('first', 'g'.repeat(22)))?.bytes, GIF_BYTES.length)
    for (const id of ['third', 'fourth']) await store.createRoom(roomOf(id))
    assert.deepEqual(await idsOf(), ['first', 'second', 'third', 'fourth'])
    await store.close()
    store = await open()
    assert.equal((await seqsOf('first')).length, 51)
  })
}

test('files that may not grow can still be purged', async () => {
  await store.appendMessages([batchOf('first', 1, 100), batchOf('second', 1)])
  const end = fillDisk()
  await assert.rejects(store.appendMessages([batchOf('second', 2, 50)]), StoreUnavailableError)
  await store.purgeRooms(['first'])
  end()
  assert.deepEqual(await idsOf(), ['second'])
  assert.deepEqual(tracesIn(directory, 'first'), [])
})

test('a file system that needs space to overwrite deletes what it has none for', async () => {
  await store.appendMessages([batchOf('first', 1, 100)])
  const end = replaceFiles({
    handle: {
      write: async () => {
        throw systemError('ENOSPC')
      },
    },
  })
  await store.purgeRooms(['first'])
  end()
  assert.deepEqual(filesIn(directory), [join(directory, 'rooms/second/room.json')])
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
  assert.deepEqual(await idsOf(), ['second'])
})

test('a purge that is refused between its steps is gone on with by the next, and its room does not come back', async () => {
  for (const id of ['a', 'b', 'c']) await store.saveGif('first', gifOf(id, GIF_BYTES), GIF_BYTES)
  const purge = store.purgeRooms(['first'])
  const end = forbidWrites()
  await assert.rejects(purge, StoreUnavailableError)
  end()
  assert.equal(readdirSync(join(directory, 'ended')).length, 1)
  assert.deepEqual(await idsOf(), ['second'])
  await store.purgeRooms(['first'])
  assert.deepEqual(readdirSync(join(directory, 'ended')), [])
})

test('an upload while its room is purged leaves nothing, and is told that the room is gone', async () => {
  for (let wait = 0; wait < 12; wait++) {
    await store.createRoom(roomOf('short'))
    const saved = store.saveGif('short', gifOf('g', GIF_BYTES), GIF_BYTES).then(
      () => undefined,
      (error: unknown) => error,
    )
    for (let turn = 0; turn < wait; turn++) await new Promise(resolve => setImmediate(resolve))
    await store.purgeRooms(['short'])
    // Nothing of the old room comes to a new one of the same name.
    await store.createRoom(roomOf('short'))
    const error = await saved
    assert.ok(error === undefined || error instanceof RoomGoneError, String(error))
    assert.equal(existsSync(join(directory, 'rooms/short/gifs')), false)
    await store.purgeRooms(['short'])
    assert.deepEqual(readdirSync(join(directory, 'ended')), [])
  }
})

test('what one batch meets is its own, and the others are stored', async () => {
  await store.appendMessages([batchOf('second', 1)])
  const [first, taken, gone] = await store.appendMessages([
    batchOf('first', 1),
    { room: 'second', firstSeq: 1, messages: [say('of this', '7'), say('and of this', '8')] },
    batchOf('never-there', 1),
  ])
  assert.ok(!(first instanceof Error) && taken instanceof SeqTakenError && gone instanceof RoomGoneError)
  assert.deepEqual(await seqsOf('first'), [1])
  assert.deepEqual(await seqsOf('second'), [1], 'nothing of a batch that was refused is kept')
  const [again] = await store.appendMessages([
    { room: 'second', firstSeq: 2, messages: [say('of this', '7')] },
  ])
  assert.deepEqual(again, [{ seq: 2, createdAt: say('of this', '7').createdAt, isDuplicate: false }])
})

test('a room whose files are broken is unavailable by itself', async () => {
  await store.appendMessages([batchOf('first', 1), batchOf('second', 1)])
  await store.close()
  const [segment = ''] = segmentsOf(directory, 'second')
  rmSync(segment)
  mkdirSync(segment)
  store = await open()
  const [first, second] = await store.appendMessages([batchOf('first', 2), batchOf('second', 2)])
  assert.ok(!(first instanceof Error))
  assert.ok(second instanceof StoreUnavailableError)
})

test('of a line that was refused nothing is left for a torn one to run on into', async () => {
  const lines = [
    { room: 'first', firstSeq: 1, messages: [say('Ada alone said this, and was refused', 'ada', ada)] },
    { room: 'first', firstSeq: 1, messages: [say('Bob said more than could be written', 'bob', bob)] },
  ]
  for (let torn = 1; torn < 130; torn += 7) {
    const taken = [Number.POSITIVE_INFINITY, torn]
    const end = replaceFiles({
      fs: {
        writeSync: (call, [file, bytes, start, length, position]) => {
          call(file, bytes, start, Math.min(Number(length), taken.shift() ?? 0), position)
          throw systemError('EIO')
        },
      },
    })
    for (const line of lines) await assert.rejects(store.appendMessages([line]), StoreUnavailableError)
    end()
    const [segment = ''] = segmentsOf(directory, 'first')
    assert.equal(statSync(segment).size, torn)
    const copy = copyFiles(directory, `${directory}-killed`)
    const next = await open(copy)
    assert.deepEqual(await next.readMessages('first', { limit: 9 }), [], `${torn} bytes were taken`)
    await next.close()
    rmSync(copy, { recursive: true })
  }
  await store.appendMessages([batchOf('first', 1)])
  assert.deepEqual(await seqsOf('first'), [1])
  const [segment = ''] = segmentsOf(directory, 'first')
  assert.doesNotMatch(readFileSync(segment, 'utf8'), /Ada|Bob/)
})

test('after a write that was refused the rest of a full segment is not read, and the next goes on', async () => {
  await store.appendMessages([batchOf('first', 1, 600)])
  const end = fillDisk(1_000)
  await assert.rejects(store.appendMessages([batchOf('first', 601, 3)]), StoreUnavailableError)
  end()
  assert.equal(segmentsOf(directory, 'first').length, 2)
  for (const isReopened of [false, true]) {
    if (isReopened) {
      await store.close()
      store = await open()
      assert.equal((await store.loadRoom('first', 1)).messages[0]?.seq, 602)
    }
    await store.appendMessages([batchOf('first', isReopened ? 603 : 601, 2)])
    assert.equal((await store.readMessages('first', { limit: 1_000 })).length, isReopened ? 604 : 602)
  }
  assert.equal(segmentsOf(directory, 'first').length, 2)
})

test('two batches for one room in one write are two, and written with one call', async () => {
  let writes = 0
  const end = replaceFiles({
    fs: {
      writeSync: call => {
        writes++
        return call()
      },
    },
  })
  await store.appendMessages([batchOf('first', 1), batchOf('second', 1), batchOf('first', 2, 2)])
  end()
  assert.equal(writes, 2)
  assert.deepEqual([await seqsOf('first'), await seqsOf('second')], [[1, 2, 3], [1]])
  await store.appendMessages([batchOf('first', 4)])
  assert.deepEqual(await seqsOf('first'), [1, 2, 3, 4])
})

test('a directory that went away makes everything unavailable, also for a health check', async () => {
  await store.appendMessages([batchOf('first', 1)])
  rmSync(join(directory, 'rooms'), { recursive: true })
  const calls = [
    store.ping(),
    store.createRoom(roomOf('third')),
    store.readMessages('first', { limit: 1 }),
    store.saveGif('first', gifOf('g', GIF_BYTES), GIF_BYTES),
    store.appendMessages([
      { ...batchOf('second', 1), messages: [show({ ...gifOf('g', GIF_BYTES), name: 'g' }, '1')] },
    ]),
  ]
  for (const call of await Promise.allSettled(calls))
    assert.ok(
      call.status === 'rejected' && call.reason instanceof StoreUnavailableError,
      JSON.stringify(call),
    )
})

test('a room whose files somebody has deleted ends like any other', async () => {
  rmSync(join(directory, 'rooms', 'first'), { recursive: true })
  await store.purgeRooms(['first', 'second'])
  assert.deepEqual(readdirSync(join(directory, 'rooms')), [])
})

test('a room that cannot be moved away, and a file that cannot be deleted, keep none of the others', async () => {
  await store.createRoom(roomOf('third'))
  const unmoved = replaceFiles({
    fs: {
      renameSync: (call, [from]) => {
        if (String(from).endsWith('first')) throw systemError('EPERM')
        return call()
      },
    },
  })
  await assert.rejects(store.purgeRooms(['first', 'second']))
  unmoved()
  assert.deepEqual(readdirSync(join(directory, 'rooms')).sort(), ['first', 'third'])
  let refused = 0
  const undeleted = replaceFiles({
    promises: {
      unlink: async call => {
        if (refused++ === 0) throw systemError('EPERM')
        return call()
      },
    },
  })
  await assert.rejects(store.purgeRooms(['first', 'third']))
  undeleted()
  assert.equal(filesIn(join(directory, 'ended')).length, 1, 'all but the one')
  await store.purgeRooms([])
})
