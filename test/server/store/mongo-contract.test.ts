import { after, describe } from 'node:test'
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { contractOf } from './chat-store-contract.ts'
import { silentLog } from './store-samples.ts'

const mongo = await findMongo()

describe(`MongoDB store on ${mongo?.name}`, { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  const databaseName = mongo.newDatabaseName()
  contractOf(() => openMongoStore({ uri: mongo.uri, databaseName, log: silentLog }))
  after(() => mongo[Symbol.asyncDispose]())
})
