import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { openMongoStore } from '../../../server/store/mongo/mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { roomOf } from './store-samples.ts'

const mongo = await findMongo()
const skip = mongo === undefined ? NO_MONGODB : !mongo.isOurs && `${mongo.name} is not ours to stop`

describe(`A MongoDB that is lost and comes back, on ${mongo?.name}`, { skip }, () => {
  if (mongo === undefined) return
  after(() => mongo[Symbol.asyncDispose]())

  const open = async () => {
    const lines: string[] = []
    const note = (details: object, text: string) => lines.push(`${text} ${JSON.stringify(details)}`)
    const log = { info: note, warn: note }
    const store = await openMongoStore({ uri: mongo.uri, databaseName: mongo.newDatabaseName(), log })
    lines.length = 0
    return { store, lines, [Symbol.asyncDispose]: () => store.close() }
  }

  const isReady = (store: ChatStore): Promise<boolean> =>
    store.ping().then(
      () => true,
      error => {
        assert.ok(error instanceof StoreUnavailableError, String(error))
        return false
      },
    )

  test('the log says once that it is lost, with the reason, and once that it is back', async () => {
    await using scene = await open()
    const { store, lines } = scene
    await mongo.kill('SIGKILL')
    for (let tries = 0; tries < 3; tries++) assert.equal(await isReady(store), false)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /MongoDB can't be written.*(ECONNREFUSED|ECONNRESET|closed)/)
    await mongo.start()
    while (!(await isReady(store)));
    assert.equal(lines.length, 2)
    assert.match(lines[1] ?? '', /can be written again/)
  })

  test('a driver that waits for a `drain` that never comes is replaced', async () => {
    await using scene = await open()
    const { store, lines } = scene
    await store.createRoom(roomOf('room'))
    const { port } = new URL(mongo.uri)
    // As after a write to a socket that is destroyed and has not said so: no drain, no error.
    const lost = new WeakSet<Socket>()
    let isLosing = true
    const write = Socket.prototype.write
    const destroy = Socket.prototype.destroy
    Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
      if (isLosing && this.remotePort === Number(port)) lost.add(this)
      return lost.has(this) ? false : write.apply(this, args)
    } as typeof write
    try {
      while (await isReady(store));
      isLosing = false
      while (!(await isReady(store)));
    } finally {
      Socket.prototype.write = write
      Socket.prototype.destroy = destroy
    }
    await store.createRoom(roomOf('other'))
    assert.ok(
      lines.some(line => /opened a new connection/.test(line)),
      lines.join('\n'),
    )
  })
})
