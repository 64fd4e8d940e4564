import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { mongo as driver } from 'mongoose'
import { StoreUnavailableError } from '../../../../server/chat/chat-store.ts'
import { closeMongoLink, openMongoLink } from '../../../../server/store/mongo/connect.ts'
import { MongoGifs } from '../../../../server/store/mongo/gif-files.ts'
import { openMongoStore } from '../../../../server/store/mongo/open-mongo-store.ts'
import { deleteMongoOrphans } from '../../../../server/store/mongo/orphan-sweeper.ts'
import { findMongo, NO_MONGODB } from '../../../support/mongodb.ts'
import { GIF_BYTES, gifOf, roomOf, say, silentLog, wholeGif } from '../store-samples.ts'
import { MongoWireProxy } from './mongo-wire-proxy.ts'

const mongo = await findMongo()

describe(`Writes that come late, on ${mongo?.name}`, { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  after(() => mongo[Symbol.asyncDispose]())

  const setUp = async () => {
    const proxy = await MongoWireProxy.start(mongo.uri)
    const databaseName = mongo.newDatabaseName()
    const swept = Promise.withResolvers<void>()
    const store = await openMongoStore({
      uri: proxy.uri,
      databaseName,
      log: { ...silentLog, info: (_, message) => /late writes/.test(message) && swept.resolve() },
      sweepAfterMs: 1_500,
      answerWithinMs: 500,
      longAnswerWithinMs: 500,
    })
    const client = await new driver.MongoClient(mongo.uri).connect()
    const database = client.db(databaseName)
    const count = (collection: string) => database.collection(collection).countDocuments()
    return {
      proxy,
      store,
      databaseName,
      database,
      count,
      swept: swept.promise,
      async [Symbol.asyncDispose]() {
        await store.close()
        await client.close()
        await proxy[Symbol.asyncDispose]()
      },
    }
  }

  for (const [collection, write] of [
    ['rooms', store => store.createRoom(roomOf('late'))],
    ['chats', store => store.appendMessages([{ room: 'ended', firstSeq: 1, messages: [say('x', 'x')] }])],
    ['gif.chunks', store => store.saveGif('ended', gifOf('g', GIF_BYTES), GIF_BYTES)],
  ] satisfies [string, (store: Awaited<ReturnType<typeof openMongoStore>>) => Promise<unknown>][]) {
    test(`an insert into ${collection} after the purge of its room leaves nothing`, async () => {
      await using scene = await setUp()
      const { proxy, store, count, swept } = scene
      await store.createRoom(roomOf('ended'))
      const thaw = Promise.withResolvers<void>()
      proxy.onCommand = command =>
        command.name === 'insert' && command.collection === collection
          ? { kind: 'hold', until: () => thaw.promise }
          : undefined
      await assert.rejects(write(store), StoreUnavailableError)
      proxy.onCommand = () => undefined
      await store.purgeRooms(['ended'])
      assert.equal(await count(collection), 0)
      thaw.resolve()
      while ((await count(collection)) === 0);
      await swept
      for (const each of ['rooms', 'chats', 'gifs', 'gif.files', 'gif.chunks']) {
        assert.equal(await count(each), 0, each)
      }
    })
  }

  test('a start removes files and chunks that belong to no GIF, and chats of no room', async () => {
    await using scene = await setUp()
    const { store, database, count } = scene
    const file = new driver.ObjectId()
    await database.collection('gif.files').insertOne({ _id: file })
    await database.collection('gif.chunks').insertOne({ files_id: new driver.ObjectId(), n: 0 })
    await database.collection('chats').insertOne({ room: 'gone', seq: 1 })
    await store.sweepLeftovers()
    for (const each of ['chats', 'gif.files', 'gif.chunks']) assert.equal(await count(each), 0, each)
  })

  test('a GIF that is being stored over a connection that was given up keeps its bytes', async () => {
    await using scene = await setUp()
    const { proxy, store } = scene
    await store.createRoom(roomOf('room'))
    const { databaseName } = scene
    const [old, next] = await Promise.all(
      [proxy.uri, mongo.uri].map(uri => openMongoLink({ uri, databaseName })),
    )
    assert.ok(old !== undefined && next !== undefined)
    const [reached, thaw] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    proxy.onCommand = ({ name, collection }) => {
      if (name !== 'insert' || collection !== 'gifs') return undefined
      reached.resolve()
      return { kind: 'hold', until: () => thaw.promise }
    }
    const gifs = new MongoGifs(old)
    const gif = gifOf('g', GIF_BYTES)
    const saved = gifs.saveGif('room', gif, GIF_BYTES)
    await reached.promise
    gifs.takeLink(next)
    assert.equal(await deleteMongoOrphans(next.patient.models, gifs), 0)
    thaw.resolve()
    await saved
    assert.deepEqual(await wholeGif(gifs.readGif('room', gif.id)), Buffer.from(GIF_BYTES))
    await Promise.all([old, next].map(closeMongoLink))
  })

  test('a room that is opened while a start looks for orphans keeps its messages', async () => {
    await using scene = await setUp()
    const { proxy, store, count } = scene
    const look = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    // Between the look at the rooms and that at the messages, whichever is first.
    let looks = 0
    proxy.onCommand = ({ name, collection }) => {
      if (name !== 'distinct' || !['rooms', 'chats'].includes(collection ?? '')) return undefined
      if (++looks !== 3) return undefined
      reached.resolve()
      return { kind: 'hold', until: () => look.promise }
    }
    const recovered = store.sweepLeftovers()
    await reached.promise
    await store.createRoom(roomOf('new'))
    await store.appendMessages([{ room: 'new', firstSeq: 1, messages: [say('x', 'x')] }])
    look.resolve()
    await recovered
    assert.equal(await count('chats'), 1)
  })

  test('on a replica set only what the majority has is read', async () => {
    await using proxy = await MongoWireProxy.start(mongo.uri)
    const member = { setName: 'set', hosts: [proxy.host], me: proxy.host, setVersion: 1 }
    proxy.onCommand = ({ name }) =>
      ['hello', 'ismaster', 'isMaster'].includes(name)
        ? { kind: 'change', change: reply => ({ ...reply, ...member, isWritablePrimary: true }) }
        : undefined
    const store = await openMongoStore({
      uri: proxy.uri,
      databaseName: mongo.newDatabaseName(),
      log: silentLog,
    })
    await store.createRoom(roomOf('room'))
    await store.sweepLeftovers()
    const batch = { room: 'room', firstSeq: 1, messages: [say('x', 'x')] }
    for (let times = 0; times < 2; times++) await store.appendMessages([batch])
    await store.readMessages('room', { limit: 1 })
    await store.close()
    const reads = proxy.commands.filter(({ name }) => name === 'find' || name === 'distinct')
    assert.ok(reads.length >= 4)
    for (const { body } of reads) assert.deepEqual(body.readConcern, { level: 'majority' })
  })
})
