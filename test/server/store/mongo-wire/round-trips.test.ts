import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ChatStore, type StoredGif, StoreUnavailableError } from '../../../../server/chat/chat-store.ts'
import { closeMongoLink, openMongoLink } from '../../../../server/store/mongo/connect.ts'
import { openMongoStore } from '../../../../server/store/mongo/open-mongo-store.ts'
import { deleteMongoMessages } from '../../../../server/store/mongo/purge-rooms.ts'
import { startTestServer } from '../../../support/chat-server.ts'
import { findMongo, NO_MONGODB } from '../../../support/mongodb.ts'
import { WireClient } from '../../../support/wire-client.ts'
import { gifOf, roomOf, say, silentLog, wholeGif } from '../store-samples.ts'
import { MongoWireProxy } from './mongo-wire-proxy.ts'

const mongo = await findMongo()
const SMALL = new Uint8Array(1_000)

describe(`Round trips to ${mongo?.name}`, { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  let proxy: MongoWireProxy
  let store: ChatStore
  let databaseName: string

  beforeEach(async () => {
    proxy = await MongoWireProxy.start(mongo.uri)
    databaseName = mongo.newDatabaseName()
    store = await openMongoStore({ uri: proxy.uri, databaseName, log: silentLog })
    await store.createRoom(roomOf('room'))
  })
  afterEach(async () => {
    await store.close()
    await proxy[Symbol.asyncDispose]()
  })
  after(() => mongo[Symbol.asyncDispose]())

  /** The commands that `work` sends, by their names. */
  const commandsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    proxy.commands.length = 0
    await work()
    return proxy.commands.map(({ name, collection }) => `${name} ${collection}`)
  }
  const batchOf = (room: string, firstSeq: number) => ({
    room,
    firstSeq,
    messages: [say('x', `${firstSeq}`)],
  })

  test('a room takes one, and the messages of many rooms together take one', async () => {
    assert.deepEqual(await commandsOf(() => store.createRoom(roomOf('other'))), ['insert rooms'])
    assert.deepEqual(
      await commandsOf(() => store.appendMessages([batchOf('room', 1), batchOf('other', 1)])),
      ['insert chats'],
    )
  })

  test('a start reads the lists of rooms and of GIFs, and no message, however many there are', async () => {
    for (const room of ['a', 'b']) {
      await store.createRoom(roomOf(room))
      await store.appendMessages([batchOf(room, 1)])
    }
    await store.close()
    store = await openMongoStore({ uri: proxy.uri, databaseName, log: silentLog })
    const commands = await commandsOf(async () => {
      await store.recover()
      assert.equal((await store.findRooms()).length, 3)
    })
    assert.deepEqual(commands, ['ping undefined', 'find rooms', 'find gifs'])
  })

  test('to join a room of this run takes none, and a post takes one', async () => {
    await using server = await startTestServer({ mongodbUri: proxy.uri, mongodbDatabase: `${databaseName}j` })
    // A start looks for what an earlier run left.
    while (!server.log.lines.some(line => line.startsWith('swept what an earlier run left'))) await sleep(5)
    await using owner = await WireClient.hello(server.url)
    const { room } = await owner.ask({ type: 'room.create', title: 'round trips' }, 'room.created')
    await using guest = await WireClient.hello(server.url)
    const join = { type: 'chat.join', room: room.id } as const
    const joins = [owner, guest].map(client => () => client.ask(join, 'chat.joined'))
    for (const each of joins) assert.deepEqual(await commandsOf(each), [])
    const post = { type: 'chat.send', room: room.id, clientMessageId: '1', text: 'x' } as const
    assert.deepEqual(await commandsOf(() => guest.ask(post, 'chat.ack')), ['insert chats'])
  })

  test('a connection that breaks once is made up for by the store, and nobody is refused', async () => {
    proxy.faultOnce(({ name }) => name === 'insert', { kind: 'cutBefore' })
    const write = () => store.appendMessages([batchOf('room', 1)])
    assert.deepEqual(await commandsOf(write), ['insert chats', 'insert chats'])
    proxy.faultOnce(({ name }) => name === 'find', { kind: 'cutBefore' })
    const read = () => store.readMessages('room', { limit: 1 })
    assert.deepEqual(await commandsOf(read), ['find chats', 'find chats'])
  })

  test('rooms that have missed something after a failure are read with one query, and then take one write', async () => {
    await store.createRoom(roomOf('other'))
    const rooms = ['room', 'other']
    await store.appendMessages(rooms.map(room => batchOf(room, 1)))
    // Carried out, and nobody is told.
    proxy.onCommand = ({ name, collection }) =>
      name === 'insert' && collection === 'chats' ? { kind: 'cutAfter' } : undefined
    const said = rooms.map(room => ({ ...batchOf(room, 2), messages: [say('x', '2'), say('y', '3')] }))
    const outcomes = await store.appendMessages(said).catch((error: unknown) => error)
    assert.ok(outcomes instanceof StoreUnavailableError)
    proxy.onCommand = () => undefined
    await store.ping()
    let missed: readonly number[][] = []
    const read = async () => {
      const ranges = rooms.map(room => store.readMessages(room, { afterSeq: 1, limit: 9, from: 'oldest' }))
      missed = (await Promise.all(ranges)).map(messages => messages.map(({ seq }) => seq))
    }
    assert.deepEqual(await commandsOf(read), ['find chats'])
    assert.deepEqual(missed, [
      [2, 3],
      [2, 3],
    ])
    const write = () => store.appendMessages(rooms.map(room => batchOf(room, 4)))
    assert.deepEqual(await commandsOf(write), ['insert chats'])
    for (const room of rooms) {
      const { messages, messageBytes } = await store.loadRoom(room, 9)
      const bytes = messages.map(({ seq: _, ...message }) => Buffer.byteLength(JSON.stringify(message)))
      assert.equal(
        messageBytes,
        bytes.reduce((sum, each) => sum + each, 0),
      )
    }
  })

  test('rooms that are asked for at once are read with one query, and 16 with each', async () => {
    const rooms = Array.from({ length: 18 }, (_, index) => `found-${index}`)
    const commands = await commandsOf(() => Promise.all(rooms.map(room => store.loadRoom(room, 10))))
    assert.equal(commands.filter(command => command === 'find chats').length, 2)
    assert.equal(commands.filter(command => command === 'find gifs').length, 18)
  })

  test('a room is loaded also where its messages take longer to read than any other answer', async () => {
    const answerWithinMs = 100
    const slow = await openMongoStore({
      uri: proxy.uri,
      databaseName: `${databaseName}s`,
      log: silentLog,
      answerWithinMs,
    })
    await slow.createRoom(roomOf('room'))
    await slow.appendMessages([batchOf('room', 1)])
    proxy.onCommand = ({ name, collection }) =>
      name === 'find' && collection === 'chats'
        ? { kind: 'hold', until: () => sleep(3 * answerWithinMs) }
        : undefined
    await assert.rejects(slow.readMessages('room', { limit: 1 }), StoreUnavailableError)
    assert.equal((await slow.loadRoom('room', 10)).messages.length, 1)
    await slow.close()
  })

  test('a resend takes two more for its room, and none for the others', async () => {
    await store.createRoom(roomOf('other'))
    await store.appendMessages([batchOf('room', 1)])
    const again = { ...batchOf('room', 2), messages: batchOf('room', 1).messages }
    const commands = await commandsOf(() => store.appendMessages([batchOf('other', 1), again]))
    assert.deepEqual(commands, ['insert chats', 'insert chats', 'find chats'])
  })

  test('a long resend is looked up by 100 messages', async () => {
    const messages = Array.from({ length: 250 }, (_, index) => say('x', `${index}`))
    await store.appendMessages([{ room: 'room', firstSeq: 1, messages }])
    const again = () => store.appendMessages([{ room: 'room', firstSeq: 251, messages }])
    const finds = Array(3).fill('find chats')
    assert.deepEqual(await commandsOf(again), ['insert chats', 'insert chats', ...finds])
  })

  test('a small GIF takes 4 to store and 2 to read', async () => {
    const saved = await commandsOf(() => store.saveGif('room', gifOf('g', SMALL), SMALL))
    assert.deepEqual(saved, ['find gifs', 'insert gif.chunks', 'insert gifs', 'find rooms'])
    const read = await commandsOf(() => wholeGif(store.readGif('room', gifOf('g', SMALL).id)))
    assert.deepEqual(read, ['find gifs', 'find gif.chunks'])
  })

  test('a GIF of 4.9 MB takes one for each MiB and 3 more, and is read only as far as it is taken', async () => {
    const large = new Uint8Array(4.9e6)
    const saved = await commandsOf(() => store.saveGif('room', gifOf('l', large), large))
    assert.equal(saved.length, 5 + 3)
    let stored: StoredGif | undefined
    const begun = await commandsOf(async () => {
      stored = await store.readGif('room', gifOf('l', large).id)
    })
    assert.deepEqual(begun, ['find gifs', 'find gif.chunks'])
    const rest = await commandsOf(async () => {
      let bytes = 0
      for await (const part of stored?.parts ?? []) {
        assert.ok(part.length < 1.1e6)
        bytes += part.length
      }
      assert.equal(bytes, large.length)
    })
    assert.deepEqual(rest, Array(4).fill('find gif.chunks'))
  })

  test('uploads at once leave connections for what people say', async () => {
    const thaw = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    let held = 0
    proxy.onCommand = ({ collection }) => {
      if (collection !== 'gif.chunks') return undefined
      if (++held === 4) reached.resolve()
      return { kind: 'hold', until: () => thaw.promise }
    }
    const uploads = Array.from({ length: 32 }, (_, index) => {
      const gif = { ...gifOf('u', SMALL), id: `upload-${index}`.padEnd(22, '-') }
      return store.saveGif('room', gif, SMALL)
    })
    await reached.promise
    await store.appendMessages([batchOf('room', 1)])
    thaw.resolve()
    await Promise.all(uploads)
  })

  test('a purge takes as many for many rooms as for one: 3 without messages and GIFs, 5 with GIFs', async () => {
    for (const id of ['a', 'b', 'c']) await store.createRoom(roomOf(id))
    assert.equal((await commandsOf(() => store.purgeRooms(['a', 'b', 'c']))).length, 3)
    await store.saveGif('room', gifOf('g', SMALL), SMALL)
    assert.equal((await commandsOf(() => store.purgeRooms(['room']))).length, 5)
  })

  test('a purge that hangs leaves connections for what people say', async () => {
    const thaw = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    proxy.onCommand = ({ name }) => {
      if (name !== 'delete') return undefined
      reached.resolve()
      return { kind: 'hold', until: () => thaw.promise }
    }
    const purges = Array.from({ length: 32 }, (_, index) => store.purgeRooms([`gone-${index}`]))
    await reached.promise
    await store.appendMessages([batchOf('room', 1)])
    thaw.resolve()
    await Promise.all(purges)
  })

  test('a purge goes by 500 rooms, so that others get their turn', async () => {
    const rooms = Array.from({ length: 1_200 }, (_, index) => `many-${index}`)
    assert.equal((await commandsOf(() => store.purgeRooms(rooms))).length, 3 * 3)
  })

  test('messages that are too many for one call are deleted in parts, and others stay', async () => {
    const batches = ['one', 'two', 'three'].map(room => {
      const messages = Array.from({ length: 260 }, (_, index) => say('x', `${index}`))
      return { room, firstSeq: 1, messages }
    })
    await store.appendMessages(batches)
    const link = await openMongoLink({ uri: proxy.uri, databaseName })
    try {
      const { Chat } = link.models
      const reply = { ok: 0, code: 1, codeName: 'InternalError', errmsg: 'too many SQL variables' }
      proxy.faultOnce(({ name }) => name === 'delete', { kind: 'answer', reply })
      const commands = await commandsOf(() => deleteMongoMessages(Chat, ['one', 'two'], 200))
      const parts = Array(3).fill(['find chats', 'delete chats']).flat()
      assert.deepEqual(commands, ['delete chats', ...parts])
      const each = (await store.readMessages('three', { limit: 1_000 })).length
      assert.deepEqual([await Chat.countDocuments(), each], [260, 260])
    } finally {
      await closeMongoLink(link)
    }
  })
})
