import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { mongo as driver } from 'mongoose'
import { TestFleet } from '../support/fleet.ts'
import { hasHaproxy, NO_HAPROXY, TestHaproxy } from '../support/haproxy.ts'
import { findMongo, NO_MONGODB } from '../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../support/redis.ts'
import { playTwoTerminals } from './two-terminals.ts'

const mongo = await findMongo()
const redis = await TestRedis.find()
const skip =
  (mongo === undefined && NO_MONGODB) ||
  (redis === undefined && NO_REDIS) ||
  (!hasHaproxy() && process.env.GIFCHAT_REQUIRE_SERVICES !== '1' && NO_HAPROXY)

test('two terminals, one room, one GIF, no trace: three servers behind HAProxy', { skip }, async () => {
  if (mongo === undefined || redis === undefined) return
  await using _mongo = mongo
  await using _redis = redis
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-end-to-end-'))
  {
    await using nodes = new TestFleet({ mongo, redis }, ['--trusted-proxies', '1'])
    for (let count = 0; count < 3; count++) await nodes.startNode()
    await using haproxy = await TestHaproxy.start(nodes.nodes.map(({ port }) => port))
    await using client = await new driver.MongoClient(mongo.uri).connect()
    const database = client.db(nodes.databaseName)
    const readDocuments = async () => {
      const collections = await database.listCollections().toArray()
      const all = collections.map(({ name }) => database.collection(name).find().toArray())
      return (await Promise.all(all))
        .flat()
        .map(document => JSON.stringify(document))
        .join('\n')
    }
    await playTwoTerminals(haproxy, directory, readDocuments)
  }
  await rm(directory, { recursive: true, force: true })
})
