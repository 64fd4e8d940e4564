import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { mongo as driver } from 'mongoose'
import { findMongo, NO_MONGODB } from '../../../support/mongodb.ts'
import { MongoWireProxy } from './mongo-wire-proxy.ts'
import { duplicateAndNotDurable, notDurable, refusal, type WireFault } from './wire-faults.ts'

const mongo = await findMongo()

describe(`A proxy that speaks MongoDB's messages, before ${mongo?.name}`, {
  skip: mongo === undefined && NO_MONGODB,
}, () => {
  if (mongo === undefined) return
  const direct = new driver.MongoClient(mongo.uri)
  let proxy: MongoWireProxy
  let client: driver.MongoClient
  let letters: driver.Collection<{ letter: string }>
  let stored: driver.Collection<{ letter: string }>

  beforeEach(async () => {
    proxy = await MongoWireProxy.start(mongo.uri)
    client = await new driver.MongoClient(proxy.uri, { retryReads: false, socketTimeoutMS: 300 }).connect()
    const name = mongo.newDatabaseName()
    letters = client.db(name).collection('letters')
    stored = direct.db(name).collection('letters')
  })
  afterEach(async () => {
    await client.close()
    await proxy[Symbol.asyncDispose]()
  })
  after(async () => {
    await direct.close()
    await mongo[Symbol.asyncDispose]()
  })

  /** What became of an insert with this fault: what the client heard, and how many were stored. */
  const insertWith = async (fault: WireFault) => {
    proxy.faultOnce(({ name }) => name === 'insert', fault)
    const heard = await letters.insertOne({ letter: 'a' }).then(
      () => 'acknowledged',
      (error: Error & { code?: number }) => error.code ?? error.name,
    )
    return [heard, await stored.countDocuments()]
  }

  test('it lets everything pass, and tells what passed', async () => {
    await letters.insertMany([{ letter: 'a' }, { letter: 'b' }])
    assert.equal(await letters.countDocuments({ letter: 'b' }), 1)
    assert.deepEqual(
      proxy.commands.map(({ name, collection }) => [name, collection]),
      [
        ['insert', 'letters'],
        ['aggregate', 'letters'],
      ],
    )
  })

  for (const [kind, count] of [
    ['cutBefore', 0],
    ['cutAfter', 1],
    ['halfReply', 1],
    ['halfClose', 0],
  ] as const) {
    test(`${kind}: the client sees a network error, and ${count} is stored`, async () => {
      assert.deepEqual(await insertWith({ kind }), ['MongoNetworkError', count])
      assert.ok((await letters.insertOne({ letter: 'b' })).acknowledged, 'the next one passes')
    })
  }

  test('a lost reply times out at the client, and the command was carried out', async () => {
    assert.deepEqual(await insertWith({ kind: 'lostReply' }), ['MongoNetworkTimeoutError', 1])
  })

  test('a held command is carried out afterwards, and a late reply was carried out before', async () => {
    for (const [kind, before] of [
      ['hold', 0],
      ['lateReply', 2],
    ] as const) {
      const released = Promise.withResolvers<void>()
      const reached = Promise.withResolvers<void>()
      proxy.onCommand = ({ name }) => {
        if (name !== 'insert') return undefined
        reached.resolve()
        return { kind, until: () => released.promise }
      }
      const insert = letters.insertOne({ letter: kind })
      await reached.promise
      if (kind === 'lateReply') while ((await stored.countDocuments()) < before);
      assert.equal(await stored.countDocuments(), before)
      released.resolve()
      await insert
      assert.equal(await stored.countDocuments(), kind === 'hold' ? 1 : 2)
    }
  })

  test('an answer of the proxy is what the client hears, and a changed reply was carried out', async () => {
    assert.deepEqual(await insertWith(refusal(10107)), [10107, 0])
    // Of two errors in one reply, the driver tells that of the write concern.
    assert.deepEqual(await insertWith(duplicateAndNotDurable), [64, 0])
    assert.deepEqual(await insertWith(notDurable(64)), [64, 1])
  })
})
