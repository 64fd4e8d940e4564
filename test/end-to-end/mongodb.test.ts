import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { mongo as driver } from 'mongoose'
import { findMongo, NO_MONGODB } from '../support/mongodb.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { playTwoTerminals } from './two-terminals.ts'

const mongo = await findMongo()

test(`two terminals, one room, one GIF, no trace: ${mongo?.name}`, {
  skip: mongo === undefined && NO_MONGODB,
}, async () => {
  if (mongo === undefined) return
  await using _stopped = mongo
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-end-to-end-'))
  const name = mongo.newDatabaseName()
  await using client = await new driver.MongoClient(mongo.uri).connect()
  const database = client.db(name)
  const readDocuments = async () => {
    const collections = await database.listCollections().toArray()
    const documents = await Promise.all(
      collections.map(collection => database.collection(collection.name).find().toArray()),
    )
    return documents
      .flat()
      .map(document => JSON.stringify(document))
      .join('\n')
  }
  {
    await using server = new ServerProcess({
      port: await freePort(),
      data: directory,
      env: { MONGODB_URI: mongo.uri, GIFCHAT_MONGODB_DATABASE: name },
    })
    await server.start()
    await playTwoTerminals(server, directory, readDocuments)
  }
  await rm(directory, { recursive: true, force: true })
})
