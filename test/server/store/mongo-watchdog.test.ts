import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { MongoWireProxy } from './mongo-wire/mongo-wire-proxy.ts'
import { refusal } from './mongo-wire/wire-faults.ts'
import { allAppended, roomOf, say } from './store-samples.ts'

const mongo = await findMongo()
const skip = mongo === undefined ? NO_MONGODB : !mongo.isOurs && `${mongo.name} is not ours to stop`

describe(`A MongoDB that is lost and comes back, on ${mongo?.name}`, { skip }, () => {
  if (mongo === undefined) return
  after(() => mongo[Symbol.asyncDispose]())

  const open = async (uri = mongo.uri) => {
    const lines: string[] = []
    const note = (details: object, text: string) => lines.push(`${text} ${JSON.stringify(details)}`)
    const log = { info: note, warn: note }
    const store = await openMongoStore({ uri, databaseName: mongo.newDatabaseName(), log })
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

  test('a MongoDB that answers and takes no write is not ready, and the log says why, once', async () => {
    await using proxy = await MongoWireProxy.start(mongo.uri)
    await using scene = await open(proxy.uri)
    const { store, lines } = scene
    proxy.onCommand = ({ name }) => (/^(insert|update|delete)$/.test(name) ? refusal(14031) : undefined)
    await assert.rejects(store.createRoom(roomOf('room')), StoreUnavailableError)
    for (let tries = 0; tries < 3; tries++) assert.equal(await isReady(store), false)
    assert.deepEqual(await store.findRooms(), [])
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /MongoDB can't be written.*OutOfDiskSpace/)
    proxy.onCommand = () => undefined
    while (!(await isReady(store)));
    await store.createRoom(roomOf('room'))
    assert.equal(lines.length, 2)
  })

  /**
   * Makes writes to MongoDB disappear while `isLost` says so, on all sockets that it was asked for.
   * So it is after a write to a socket that is destroyed and has not said so: no drain, no error.
   */
  const loseWrites = (isLost: (bytes: Buffer) => boolean, uri = mongo.uri) => {
    const port = Number(new URL(uri).port)
    const lost = new WeakSet<Socket>()
    const write = Socket.prototype.write
    Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
      const [bytes] = args
      if (this.remotePort === port && Buffer.isBuffer(bytes) && isLost(bytes)) lost.add(this)
      return lost.has(this) ? false : write.apply(this, args)
    } as typeof write // it is called with any of the original's arguments
    return {
      [Symbol.dispose]() {
        Socket.prototype.write = write
      },
    }
  }

  test('a driver that waits for a `drain` that never comes is replaced', async () => {
    await using scene = await open()
    const { store, lines } = scene
    await store.createRoom(roomOf('room'))
    let isLosing = true
    using _ = loseWrites(() => isLosing)
    while (await isReady(store));
    isLosing = false
    while (!(await isReady(store)));
    await store.createRoom(roomOf('other'))
    assert.ok(lines.some(isOfNewConnection), lines.join('\n'))
  })

  test('so is a new one that waits like that too', async () => {
    await using scene = await open()
    const { store, lines } = scene
    let isLosing = true
    let openings = 0
    // The first new connection gets as far as the mark of the database.
    using _ = loseWrites(bytes => isLosing || (bytes.includes('settings') && openings++ === 0))
    while (await isReady(store));
    isLosing = false
    while (!(await isReady(store)));
    assert.ok(openings > 1)
    assert.ok(lines.some(isOfNewConnection), lines.join('\n'))
  })

  test('so is one of which only one connection waits for ever', async () => {
    await using scene = await open()
    const { store, lines } = scene
    await store.createRoom(roomOf('room'))
    let losses = 0
    using _ = loseWrites(bytes => bytes.includes('clientMessageId') && losses++ === 0)
    const append = () =>
      store.appendMessages([{ room: 'room', firstSeq: 1, messages: [say('x', 'x')] }]).then(allAppended)
    await assert.rejects(append(), StoreUnavailableError)
    while (!lines.some(isOfNewConnection)) await isReady(store)
    assert.equal((await append())[0]?.[0]?.seq, 1)
  })

  test('a purge goes on while the connection is replaced', async () => {
    await using proxy = await MongoWireProxy.start(mongo.uri)
    await using scene = await open(proxy.uri)
    const { store, lines } = scene
    const thaw = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const until = () => {
      reached.resolve()
      return thaw.promise
    }
    proxy.faultOnce(({ name }) => name === 'delete', { kind: 'hold', until })
    const purge = store.purgeRooms(['ended'])
    await reached.promise
    let losses = 0
    using _ = loseWrites(bytes => bytes.includes('rooms') && losses++ === 0, proxy.uri)
    await assert.rejects(store.createRoom(roomOf('room')), StoreUnavailableError)
    while (!lines.some(isOfNewConnection)) await isReady(store)
    thaw.resolve()
    await purge
  })
})

const isOfNewConnection = (line: string): boolean => /opened a new connection/.test(line)
