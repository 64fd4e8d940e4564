import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { StoreSettingsError } from '../../../server/store/store-settings-error.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { allAppended, GIF_BYTES, gifOf, roomOf, say, silentLog } from './store-samples.ts'

const mongo = await findMongo()
const skip = mongo === undefined ? NO_MONGODB : !mongo.isOurs && `${mongo.name} is not ours to stop`

describe(`MongoDB in trouble, on ${mongo?.name}`, { skip }, () => {
  if (mongo === undefined) return
  let store: ChatStore
  let databaseName: string

  after(() => mongo[Symbol.asyncDispose]())
  beforeEach(async () => {
    databaseName = mongo.newDatabaseName()
    const address = { uri: mongo.uri, databaseName, longAnswerWithinMs: 3_000 }
    store = await openMongoStore({ ...address, log: silentLog })
    await store.createRoom(roomOf('room'))
  })
  afterEach(() => store.close())

  const append = (seq: number) =>
    store
      .appendMessages([{ room: 'room', firstSeq: seq, messages: [say(`text ${seq}`, `${seq}`)] }])
      .then(allAppended)

  /**
   * Resolves when the store answers again. Until then, `StoreUnavailableError` is the only error
   * allowed.
   */
  const isBack = async (): Promise<void> => {
    for (;;) {
      const problem = await store.ping().catch(error => error)
      if (problem === undefined) return
      assert.ok(problem instanceof StoreUnavailableError, String(problem))
    }
  }

  const everyCallIsRefused = async (): Promise<void> => {
    const calls = [
      store.createRoom(roomOf('other')),
      store.findRooms(),
      store.recover(),
      store.sweepLeftovers(),
      store.loadRoom('room', 1),
      append(100),
      store.readMessages('room', { limit: 1 }),
      store.saveGif('room', gifOf('g', GIF_BYTES), GIF_BYTES),
      store.findGif('room', 'g'.repeat(22)),
      store.readGif('room', 'g'.repeat(22)),
      store.deleteGif('room', 'g'.repeat(22)),
      store.purgeRooms(['room']),
      store.loadSecret('secret'),
      store.ping(),
    ]
    for (const [index, call] of (await Promise.allSettled(calls)).entries()) {
      const isRefused = call.status === 'rejected' && call.reason instanceof StoreUnavailableError
      assert.ok(isRefused, `call ${index}: ${call.status === 'rejected' ? call.reason : 'resolved'}`)
    }
  }

  test('while MongoDB is stopped every call is unavailable, and after its start everything is there', async () => {
    await append(1)
    await mongo.stop()
    await everyCallIsRefused()
    await mongo.start()
    await isBack()
    await append(2)
    assert.equal((await store.readMessages('room', { limit: 10 })).length, 2)
  })

  test('when MongoDB is killed during writes, nothing acked is lost, and a resend succeeds', async () => {
    let acked = 0
    const writing = (async () => {
      for (let seq = 1; ; seq++) {
        await append(seq)
        acked = seq
        if (seq === 20) void mongo.kill('SIGKILL')
      }
    })()
    await assert.rejects(writing, StoreUnavailableError)
    await mongo.start()
    await isBack()
    const stored = await store.readMessages('room', { limit: 1_000 })
    assert.ok(
      acked >= 20 && stored.length >= acked && stored.length <= acked + 1,
      `${stored.length} of ${acked}`,
    )
    assert.deepEqual(
      stored.map(({ seq }) => seq),
      stored.map((_, index) => index + 1),
    )
    const resent = say(`text ${acked + 1}`, `${acked + 1}`)
    const batch = { room: 'room', firstSeq: stored.length + 1, messages: [resent] }
    const [[outcome] = []] = allAppended(await store.appendMessages([batch]))
    assert.equal(outcome?.seq, acked + 1)
    assert.equal((await store.readMessages('room', { limit: 1_000 })).length, acked + 1)
  })

  test('while MongoDB is silent calls reject in time, and later calls succeed', async () => {
    await mongo.kill('SIGSTOP')
    await everyCallIsRefused()
    await mongo.kill('SIGCONT')
    await isBack()
    await store.recover()
    assert.deepEqual(await store.readMessages('room', { limit: 10 }), [])
  })

  test('a start without MongoDB logs it without the password, and goes on when MongoDB comes', async () => {
    await mongo.kill('SIGKILL')
    const lines: string[] = []
    const warned = Promise.withResolvers<void>()
    const log = {
      info: (details: object, message: string) => lines.push(`${JSON.stringify(details)} ${message}`),
      warn: (details: object, message: string) => {
        lines.push(`${JSON.stringify(details)} ${message}`)
        warned.resolve()
      },
    }
    const opening = openMongoStore({ uri: mongo.uri, databaseName: mongo.newDatabaseName(), log })
    await warned.promise
    await mongo.start()
    const late = await opening
    await late.ping()
    await late.close()
    assert.match(lines[0] ?? '', /127\.0\.0\.1.*does not answer; trying again/)
    assert.match(lines.at(-1) ?? '', /connected to MongoDB/)
  })

  test('a signal ends the wait for a MongoDB that never comes', async () => {
    await mongo.kill('SIGKILL')
    const stop = new AbortController()
    const lines: string[] = []
    const log = {
      ...silentLog,
      warn: (details: object) => {
        lines.push(JSON.stringify(details))
        stop.abort()
      },
    }
    const uri = mongo.uri.replace('//', '//ada:p%40ssword@').concat('/?authSource=admin')
    await assert.rejects(openMongoStore({ uri, databaseName, log, signal: stop.signal }), {
      name: 'AbortError',
    })
    assert.equal(lines.length, 1)
    assert.doesNotMatch(lines.join(), /ada|ssword/)
    await mongo.start()
    await isBack()
  })

  test("an address that can't work is refused at once", async () => {
    const uri = `${mongo.uri.replace('//', '//ada:password@')}/?noSuchOption=1`
    await assert.rejects(openMongoStore({ uri, databaseName, log: silentLog }), error => {
      assert.ok(error instanceof StoreSettingsError)
      assert.match(
        error.message,
        /^Can't use the MongoDB at mongodb:\/\/127\.0\.0\.1:\d+\/ \(.*check --mongodb-uri/,
      )
      assert.doesNotMatch(error.message, /ada|password/)
      return true
    })
  })
})
