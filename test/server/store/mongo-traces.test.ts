import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { mongo as driver } from 'mongoose'
import { type ChatStore, RoomGoneError } from '../../../server/chat/chat-store.ts'
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { MongoWireProxy } from './mongo-wire/mongo-wire-proxy.ts'
import { GIF_BYTES, gifOf, roomOf, say, show, silentLog } from './store-samples.ts'

const mongo = await findMongo()

describe(`What MongoDB keeps, on ${mongo?.name}`, { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  const client = new driver.MongoClient(mongo.uri)
  let store: ChatStore
  let database: driver.Db

  before(() => client.connect())
  after(async () => {
    await client.close()
    await mongo[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    const databaseName = mongo.newDatabaseName()
    database = client.db(databaseName)
    store = await openMongoStore({ uri: mongo.uri, databaseName, log: silentLog })
  })
  afterEach(() => store.close())

  /** The number of documents in each collection of rooms that is not empty. */
  const counts = async (): Promise<Record<string, number>> => {
    const all = (await database.listCollections().toArray()).map(({ name }) => name).toSorted()
    const names = all.filter(name => name !== 'owners' && name !== 'settings')
    const entries = await Promise.all(
      names.map(async name => [name, await database.collection(name).countDocuments()]),
    )
    return Object.fromEntries(entries.filter(([, count]) => count !== 0))
  }

  const fill = async (room: string): Promise<void> => {
    const gif = gifOf('g', GIF_BYTES)
    await store.createRoom(roomOf(room))
    await store.saveGif(room, gif, GIF_BYTES)
    await store.appendMessages([
      { room, firstSeq: 1, messages: [say('text', '1'), show({ ...gif, name: 'g' }, '2')] },
    ])
  }
  const ONE_ROOM = { chats: 2, 'gif.chunks': 2, gifs: 1, rooms: 1 }

  test('the indexes that make seqs and resends unique are there', async () => {
    const indexes = await database.collection('chats').indexes()
    const unique = indexes.filter(index => index.unique === true).map(index => index.key)
    assert.deepEqual(unique, [
      { room: 1, seq: 1 },
      { room: 1, 'user.id': 1, clientMessageId: 1 },
    ])
    const gifs = await database.collection('gifs').indexes()
    assert.deepEqual(gifs.at(-1)?.key, { room: 1, 'info.id': 1 })
  })

  test('a room is kept as the models say', async () => {
    await fill('room')
    const createdAt = new Date(roomOf('room').createdAt)
    assert.deepEqual(await database.collection('rooms').findOne(), {
      _id: 'room',
      title: 'the room room',
      max: 10,
      owner: { id: 'ada', color: '#AA0000' },
      password: null,
      createdAt,
    })
    const chat = await database.collection('chats').findOne({ seq: 1 }, { projection: { _id: 0 } })
    assert.deepEqual(chat, {
      room: 'room',
      seq: 1,
      user: { id: 'ada', color: '#AA0000' },
      clientMessageId: '1',
      chat: 'text',
      createdAt: new Date(say('text', '1').createdAt),
      bytesBefore: 0,
      bytesAfter: Buffer.byteLength(JSON.stringify(say('text', '1'))),
    })
  })

  test('a purge leaves nothing of its room', async () => {
    await fill('room')
    assert.deepEqual(await counts(), ONE_ROOM)
    await store.purgeRooms(['room'])
    assert.deepEqual(await counts(), {})
  })

  test('a trim leaves nothing of what is forgotten; one that was cut short leaves what a loaded room counts', async () => {
    await fill('room')
    const message = (seq: number) => say('x'.repeat(1_000), `${seq}`)
    const messages = Array.from({ length: 20 }, (_, index) => message(index + 3))
    await store.appendMessages([{ room: 'room', firstSeq: 3, messages }])
    await database.collection('gifs').updateMany({}, { $set: { isPosted: true } })
    await database.collection('chats').deleteMany({ seq: { $lt: 10 } })
    const bytes = Buffer.byteLength(JSON.stringify(message(10)))
    const load = () => store.loadRoom('room', 1)
    assert.equal((await load()).messageBytes, 13 * bytes)
    assert.equal(await store.trimRoom('room', 5.5 * bytes), 5 * bytes)
    assert.deepEqual(await counts(), { ...ONE_ROOM, chats: 5 })
    assert.equal((await load()).messageBytes, 5 * bytes)
    await store.trimRoom('room', 0)
    assert.deepEqual(await counts(), { ...ONE_ROOM, chats: 1 })
    assert.equal((await load()).messages[0]?.seq, 22)
    await store.purgeRooms(['room'])
    assert.deepEqual(await counts(), {})
  })

  test('a room whose purge was cut short anywhere is not found, and a start finishes the purge', async () => {
    await using proxy = await MongoWireProxy.start(mongo.uri)
    const { databaseName } = database
    await fill('living')
    await store.close()
    for (let steps = 1, isCut = true; isCut; steps++) {
      store = await openMongoStore({ uri: proxy.uri, databaseName, log: silentLog })
      await fill('cut')
      const { length } = proxy.commands
      proxy.onCommand = () => (proxy.commands.length > length + steps ? { kind: 'cutBefore' } : undefined)
      isCut = await store.purgeRooms(['cut']).then(
        () => false,
        () => true,
      )
      proxy.onCommand = () => undefined
      await store.close()
      store = await openMongoStore({ uri: mongo.uri, databaseName, log: silentLog })
      assert.deepEqual(
        (await store.findRooms()).map(({ id }) => id),
        ['living'],
      )
      await assert.rejects(store.saveGif('cut', gifOf('h', GIF_BYTES), GIF_BYTES), RoomGoneError)
      await store.sweepLeftovers()
      assert.deepEqual(await counts(), ONE_ROOM, `after ${steps} commands`)
      assert.equal((await store.readMessages('living', { limit: 10 })).length, 2)
      if (isCut) await store.close()
      else assert.ok(steps >= 5)
    }
  })

  test('a start deletes chats, GIFs and bytes of broken uploads that belong to no room', async () => {
    for (const room of ['gone', 'living']) await fill(room)
    await database.collection<{ _id: string }>('rooms').deleteOne({ _id: 'gone' })
    await database
      .collection('gif.chunks')
      .insertOne({ files_id: new driver.ObjectId(), n: 0, data: new driver.Binary(GIF_BYTES) })
    await store.sweepLeftovers()
    assert.deepEqual(await counts(), ONE_ROOM)
    assert.equal((await store.readGif('living', 'g'.repeat(22)))?.bytes, GIF_BYTES.length)
  })

  test('uploads during a purge leave nothing, whichever is first', async () => {
    for (let round = 0; round < 5; round++) {
      await fill('room')
      const uploads = ['a', 'b', 'c', 'd'].map(async (letter, index) => {
        for (let step = 0; step < index * 2; step++) await store.ping()
        await store.saveGif('room', gifOf(letter, GIF_BYTES), GIF_BYTES)
      })
      const purge = async (): Promise<void> => {
        for (let step = 0; step < round * 3; step++) await store.ping()
        await store.purgeRooms(['room'])
      }
      for (const end of await Promise.allSettled([purge(), ...uploads])) {
        assert.ok(end.status === 'fulfilled' || end.reason instanceof RoomGoneError, JSON.stringify(end))
      }
      assert.deepEqual(await counts(), {}, `round ${round}`)
    }
  })
})
