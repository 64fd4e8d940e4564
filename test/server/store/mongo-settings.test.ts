import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { mongo as driver } from 'mongoose'
import { closeMongoLink, openMongoLink } from '../../../server/store/mongo/connect.ts'
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { MongoWireProxy } from './mongo-wire/mongo-wire-proxy.ts'
import { roomOf, silentLog } from './store-samples.ts'

const mongo = await findMongo()

describe(`Where in a MongoDB the data is, on ${mongo?.name}`, {
  skip: mongo === undefined && NO_MONGODB,
}, () => {
  if (mongo === undefined) return
  const client = new driver.MongoClient(mongo.uri)
  after(async () => {
    await client.close()
    await mongo[Symbol.asyncDispose]()
  })

  for (const [collection, document] of [
    ['rooms', { _id: 'a', title: 'of a textbook', max: 10, owner: 'ann' }],
    ['chats', { _id: 'b', room: 'a', user: 'ann', chat: 'hello' }],
  ] as const) {
    test(`a database in which others keep ${collection} is refused, and nothing is written`, async () => {
      const databaseName = mongo.newDatabaseName()
      const database = client.db(databaseName)
      await database.collection<typeof document>(collection).insertOne(document)
      await assert.rejects(openMongoStore({ uri: mongo.uri, databaseName, log: silentLog }), {
        name: 'StoreSettingsError',
        message: new RegExp(`^The database ${databaseName} has .* --mongodb-database\\.$`),
      })
      const collections = await database.listCollections().toArray()
      assert.deepEqual(
        collections.map(({ name }) => name),
        [collection],
      )
      assert.deepEqual(await database.collection(collection).find().toArray(), [document])
      assert.equal((await database.collection(collection).indexes()).length, 1)
    })
  }

  test('a database of gifchat is known again', async () => {
    const databaseName = mongo.newDatabaseName()
    for (const id of ['first', 'second']) {
      const store = await openMongoStore({ uri: mongo.uri, databaseName, log: silentLog })
      await store.createRoom(roomOf(id))
      await store.close()
    }
    assert.equal(await client.db(databaseName).collection('rooms').countDocuments(), 2)
  })

  test('a database in the address is used, and refused when another is chosen', async () => {
    const databaseName = mongo.newDatabaseName()
    const uri = `${mongo.uri}/${databaseName}`
    const store = await openMongoStore({ uri, log: silentLog })
    await store.createRoom(roomOf('room'))
    await store.close()
    assert.equal(await client.db(databaseName).collection('rooms').countDocuments(), 1)
    await assert.rejects(openMongoStore({ uri, databaseName: 'another', log: silentLog }), {
      name: 'StoreSettingsError',
      message: /names the database .* and --mongodb-database another: name one of them\.$/,
    })
  })

  test('what the address says of timeouts wins, and it says nothing of the patient connection', async () => {
    const uri = `${mongo.uri}/?socketTimeoutMS=4321&serverselectiontimeoutms=1234`
    const link = await openMongoLink({ uri, databaseName: mongo.newDatabaseName() })
    try {
      const [usual, patient] = [link.connection, link.patient.connection].map(
        connection => connection.getClient().options,
      )
      assert.equal(usual?.socketTimeoutMS, 4_321)
      assert.equal(usual?.serverSelectionTimeoutMS, 1_234)
      assert.equal(usual?.connectTimeoutMS, 2_000)
      assert.equal(patient?.socketTimeoutMS, 60_000)
    } finally {
      await closeMongoLink(link)
    }
  })

  for (const code of [67, 85, 86]) {
    test(`indexes that MongoDB refuses with ${code} end the start with a sentence`, async () => {
      await using proxy = await MongoWireProxy.start(mongo.uri)
      const reply = { ok: 0, code, errmsg: 'an index of that name exists with other options' }
      proxy.faultOnce(({ name }) => name === 'createIndexes', { kind: 'answer', reply })
      const opening = openMongoStore({
        uri: proxy.uri,
        databaseName: mongo.newDatabaseName(),
        log: silentLog,
      })
      await assert.rejects(opening, {
        name: 'StoreSettingsError',
        message: /an index of that name.*--mongodb-database/,
      })
    })
  }

  for (const [what, uri, reason] of [
    ['a replica set that the server is no member of', `${mongo.uri}/?replicaSet=none`, /none/],
    ['TLS that the server does not speak', `${mongo.uri}/?tls=true`, /TLS|SSL|socket|ECONNRESET/],
    ['a name without SRV records', 'mongodb+srv://gifchat.invalid', /querySrv/],
  ] as const) {
    test(`a start with ${what} tries again, and says why`, async () => {
      const stop = new AbortController()
      const reasons: string[] = []
      const log = {
        ...silentLog,
        warn(details: object) {
          reasons.push(JSON.stringify(details))
          stop.abort()
        },
      }
      const opening = openMongoStore({ uri, databaseName: 'gifchat', log, signal: stop.signal })
      await assert.rejects(opening, { name: 'AbortError' })
      assert.match(reasons.join(), reason)
    })
  }
})
