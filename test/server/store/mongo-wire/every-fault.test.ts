import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { mongo as driver } from 'mongoose'
import { type ChatStore, type LoadedRoom, StoreUnavailableError } from '../../../../server/chat/chat-store.ts'
import { openMongoStore } from '../../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../../support/mongodb.ts'
import { allAppended, gifOf, roomOf, say, show, silentLog, wholeGif } from '../store-samples.ts'
import { MongoWireProxy } from './mongo-wire-proxy.ts'
import { duplicateAndNotDurable, notDurable, refusal, type WireFault } from './wire-faults.ts'
import type { WireCommand } from './wire-messages.ts'

const mongo = await findMongo()

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify'])
const isWrite = ({ name }: WireCommand): boolean => WRITES.has(name)
const always = (): boolean => true

/** How long the store waits for an answer here. */
const ANSWER_MS = 500
const slowly = { kind: 'hold', until: () => sleep(50) } as const
/** When the store has given up. */
const late = () => sleep(1.5 * ANSWER_MS)

/** Every fault, and of which commands it can be a fault. */
const FAULTS: readonly (readonly [string, WireFault, (command: WireCommand) => boolean])[] = [
  ['a delay', slowly, always],
  ['a late reply', { kind: 'lateReply', until: late }, always],
  ['a command that comes late', { kind: 'hold', until: late }, isWrite],
  ['cut before', { kind: 'cutBefore' }, always],
  ['cut after', { kind: 'cutAfter' }, always],
  ['half a reply', { kind: 'halfReply' }, always],
  ['half a close', { kind: 'halfClose' }, always],
  ['a lost reply', { kind: 'lostReply' }, always],
  ['error 10107', refusal(10107), always],
  ...([64, 91] as const).map(code => [`writeConcernError ${code}`, notDurable(code), isWrite] as const),
  [
    '11000 beside a writeConcernError',
    duplicateAndNotDurable,
    ({ name, collection }) => name === 'insert' && collection === 'chats',
  ],
]

/** The store treats these as it treats 10107. So the first command of an operation is enough. */
const ALIKE = ([11600, 189, 50, 43, 13, 14031] as const).map(
  code => [`error ${code}`, refusal(code), always] as const,
)

const BYTES = new Uint8Array(1_000)
const GIF = gifOf('g', BYTES)
const OTHER = gifOf('h', BYTES)
const TEXTS = ['one', 'gif']

interface Operation {
  /** Does it once. `room` has two messages, and the GIF of the second. */
  run(store: ChatStore, room: string): Promise<unknown>
  /** What it must resolve with. */
  right?(result: unknown, room: string): void
  /** What the room's messages are afterwards, if not as before. */
  readonly texts?: readonly string[]
}

const textsOf = async (store: ChatStore, room: string): Promise<readonly string[]> =>
  (await store.readMessages(room, { limit: 100 })).map(message => ('text' in message ? message.text : 'gif'))

let created = 0
const OPERATIONS: Readonly<Record<string, Operation>> = {
  createRoom: { run: store => store.createRoom(roomOf(`new-${created++}`)) },
  findRooms: {
    run: store => store.findRooms(),
    right(result, room) {
      const rooms = result as Awaited<ReturnType<ChatStore['findRooms']>> // of `run`
      assert.equal(rooms.find(({ id }) => id === room)?.gifBytes, BYTES.length)
    },
  },
  recover: { run: store => store.recover() },
  sweepLeftovers: { run: store => store.sweepLeftovers() },
  loadRoom: {
    async run(store, room) {
      await store.saveGif(room, OTHER, BYTES)
      return store.loadRoom(room, 1)
    },
    right(result) {
      const { messages, messageBytes, gifBytes } = result as LoadedRoom // of `run`
      assert.deepEqual([messages[0]?.seq, messageBytes > 0, gifBytes], [2, true, BYTES.length])
    },
  },
  appendMessages: {
    async run(store, room) {
      const stored = await store.readMessages(room, { limit: 1 })
      const messages = [say('x', 'x'), say('one', '1'), say('y', 'y')]
      const firstSeq = (stored[0]?.seq ?? 0) + 1
      return allAppended(await store.appendMessages([{ room, firstSeq, messages }]))
    },
    right(result) {
      const [outcomes = []] = result as ReturnType<typeof allAppended> // of `run`
      assert.deepEqual(
        outcomes.map(({ seq }) => seq),
        [3, 1, 4],
      )
    },
    texts: [...TEXTS, 'x', 'y'],
  },
  readMessages: {
    run: textsOf,
    right: result => assert.deepEqual(result, TEXTS),
  },
  trimRoom: {
    run: (store, room) => store.trimRoom(room, 0),
    right: result => assert.ok(Number(result) > 0),
    texts: ['gif'],
  },
  saveGif: { run: (store, room) => store.saveGif(room, OTHER, BYTES) },
  findGif: {
    run: (store, room) => store.findGif(room, GIF.id),
    right: result => assert.deepEqual(result, GIF),
  },
  readGif: {
    run: (store, room) => wholeGif(store.readGif(room, GIF.id)),
    right(result) {
      const bytes = result as Uint8Array // of `run`
      assert.deepEqual(Buffer.from(bytes), Buffer.from(BYTES))
    },
  },
  deleteGif: { run: (store, room) => store.deleteGif(room, OTHER.id) },
  purgeRooms: { run: (store, room) => store.purgeRooms([room]), texts: [] },
  loadSecret: {
    run: store => store.loadSecret('a secret'),
    right: result => assert.equal(result, 'a secret'),
  },
  ping: { run: store => store.ping() },
}

describe(`Every operation with every fault, on ${mongo?.name}`, {
  skip: mongo === undefined && NO_MONGODB,
  concurrency: 4,
}, () => {
  if (mongo === undefined) return
  const client = new driver.MongoClient(mongo.uri)
  after(async () => {
    await client.close()
    await mongo[Symbol.asyncDispose]()
  })

  for (const [name, operation] of Object.entries(OPERATIONS)) {
    test(`${name} is unavailable or right, then right, stored once, and leaves nothing`, async () => {
      await using proxy = await MongoWireProxy.start(mongo.uri)
      const databaseName = mongo.newDatabaseName()
      const store = await openMongoStore({
        uri: proxy.uri,
        databaseName,
        log: silentLog,
        answerWithinMs: ANSWER_MS,
        longAnswerWithinMs: ANSWER_MS,
      })
      let faults = 0
      for (const [fault, what, isMeant] of [...FAULTS, ...ALIKE]) {
        const places = what.kind === 'answer' && fault !== 'error 10107' ? 1 : Number.POSITIVE_INFINITY
        for (let place = 0; place < places; place++) {
          const room = `room-${faults}`
          await untilRight(async () => fill(store, room))
          let passed = 0
          let met: WireCommand | undefined
          proxy.faultOnce(command => {
            if (!isMeant(command) || passed++ < place) return false
            met = command
            return true
          }, what)
          const attempt = () => operation.run(store, room)
          const first = await untilRight(attempt, 1)
          proxy.onCommand = () => undefined
          const where = `${fault} at ${met?.name} of ${met?.collection}`
          try {
            const result = first.isRight ? first.result : (await untilRight(attempt)).result
            operation.right?.(result, room)
            const { result: texts } = await untilRight(() => textsOf(store, room))
            assert.deepEqual(texts, operation.texts ?? TEXTS)
          } catch (error) {
            throw new Error(where, { cause: error })
          }
          await untilRight(() => store.purgeRooms([room]))
          if (met === undefined) break
          faults++
        }
      }
      await late() // what was held has come then
      await store.purgeRooms((await store.findRooms()).map(({ id }) => id))
      await store.sweepLeftovers()
      await store.close()
      assert.ok(faults > 0)
      for (const { name: collection } of await client.db(databaseName).listCollections().toArray()) {
        if (collection === 'settings' || collection === 'owners') continue
        assert.equal(await client.db(databaseName).collection(collection).countDocuments(), 0, collection)
      }
    })
  }
})

async function fill(store: ChatStore, room: string): Promise<void> {
  await store.purgeRooms([room])
  await store.createRoom(roomOf(room))
  await store.saveGif(room, GIF, BYTES)
  const messages = [say('one', '1'), show({ ...GIF, name: 'g' }, '2')]
  allAppended(await store.appendMessages([{ room, firstSeq: 1, messages }]))
}

/** Does `work` until it is not refused as unavailable, at most so many times. */
async function untilRight<Result>(
  work: () => Promise<Result>,
  most = 100,
): Promise<{ readonly isRight: boolean; readonly result: Result | undefined }> {
  for (let times = 0; times < most; times++) {
    try {
      return { isRight: true, result: await work() }
    } catch (error) {
      assert.ok(error instanceof StoreUnavailableError, `refused otherwise: ${error}`)
    }
  }
  return { isRight: false, result: undefined }
}
