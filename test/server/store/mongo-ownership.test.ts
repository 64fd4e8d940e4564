import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { mongo as driver } from 'mongoose'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { allAppended, roomOf, say, silentLog } from './store-samples.ts'

const mongo = await findMongo()

interface Owner {
  readonly _id: string
  readonly holder: string
  readonly counter: number
  readonly place: string
}

describe(`Who owns a database, on ${mongo?.name}`, { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  const client = new driver.MongoClient(mongo.uri)
  let databaseName: string
  let owners: driver.Collection<Owner>
  let opened: ChatStore[]

  beforeEach(() => {
    databaseName = mongo.newDatabaseName()
    owners = client.db(databaseName).collection('owners')
    opened = []
  })
  afterEach(async () => {
    for (const store of opened) await store.close()
  })
  after(async () => {
    await client.close()
    await mongo[Symbol.asyncDispose]()
  })

  /** Opens a store. `waits` resolves when it waits for another server. */
  const open = (more: { onTakenOver?: () => void; signal?: AbortSignal } = {}) => {
    const waiting = Promise.withResolvers<void>()
    const log = { ...silentLog, warn: (_: object, text: string) => /waiting/.test(text) && waiting.resolve() }
    const store = openMongoStore({ uri: mongo.uri, databaseName, log, ...more })
    store.then(
      opens => opened.push(opens),
      () => {},
    )
    return { store, waits: waiting.promise }
  }
  /** Another server, whose counter a test raises or not. */
  const other: Owner = { _id: 'owner', holder: 'another', counter: 1, place: '' }
  const raise = () => owners.updateOne({ _id: 'owner' }, { $inc: { counter: 1 } })
  const append = (store: ChatStore, seq: number) =>
    store.appendMessages([{ room: 'room', firstSeq: seq, messages: [say('x', `${seq}`)] }]).then(allAppended)

  test('a second server waits until the first has gone, and finds what that has stored', async () => {
    const first = await open().store
    await first.createRoom(roomOf('room'))
    const second = open()
    await second.waits
    await append(first, 1)
    await first.close()
    const store = await second.store
    assert.deepEqual(
      (await store.findRooms()).map(({ id }) => id),
      ['room'],
    )
    assert.equal((await store.loadRoom('room', 1)).messages[0]?.seq, 1)
  })

  test('a server whose counter goes on is waited for, and one whose counter stands still is not', async () => {
    await owners.insertOne(other)
    const second = open()
    await second.waits
    let isOpen = false
    second.store.then(() => {
      isOpen = true
    })
    for (let second = 0; second < 6; second++) {
      await raise()
      await sleep(1_000)
    }
    assert.equal(isOpen, false)
    await second.store
    assert.notEqual((await owners.findOne())?.holder, 'another')
  })

  test('a process of this machine that has ended is not waited for', async () => {
    const store = await open().store
    const place = (await owners.findOne())?.place ?? ''
    await store.close()
    // No process has this number: it is above the highest of Linux.
    await owners.insertOne({ ...other, place: place.replace(/\d+$/, '99999999') })
    const second = open()
    await Promise.race([second.store, second.waits.then(() => assert.fail('it waited'))])
  })

  test('a server that was taken over writes nothing more, and says so', async () => {
    const taken = Promise.withResolvers<void>()
    const store = await open({ onTakenOver: taken.resolve }).store
    await store.createRoom(roomOf('room'))
    await owners.updateOne({ _id: 'owner' }, { $set: { holder: 'another' } })
    await taken.promise
    const calls = [append(store, 1), store.createRoom(roomOf('b')), store.purgeRooms(['room']), store.ping()]
    for (const call of calls) await assert.rejects(call, StoreUnavailableError)
    await store.close()
    assert.equal(await client.db(databaseName).collection('chats').countDocuments(), 0)
    assert.equal(await client.db(databaseName).collection('rooms').countDocuments(), 1)
    assert.equal((await owners.findOne())?.holder, 'another')
  })

  test('a database that stood still for longer than the lease keeps its owner', {
    skip: !mongo.isOurs,
  }, async () => {
    const first = await open().store
    await first.createRoom(roomOf('room'))
    const stop = new AbortController()
    const second = open({ signal: stop.signal })
    await second.waits
    await mongo.kill('SIGSTOP')
    await sleep(6_000)
    await mongo.kill('SIGCONT')
    while (
      !(await append(first, 1).then(
        () => true,
        () => false,
      ))
    );
    stop.abort()
    await assert.rejects(second.store, { name: 'AbortError' })
    assert.equal((await first.readMessages('room', { limit: 9 })).length, 1)
  })
})
