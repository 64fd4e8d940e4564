import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { mongo as mongodb } from 'mongoose'
import { openFleetMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { joinUntilSeated, sayUntilAcked, TestFleet } from '../../support/fleet.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../../support/redis.ts'
import type { ServerProcess } from '../../support/server-process.ts'
import { ServiceProxy } from '../../support/service-proxy.ts'
import { WireClient } from '../../support/wire-client.ts'

const mongo = await findMongo()
const redis = await TestRedis.find()
const skip = (mongo === undefined && NO_MONGODB) || (redis === undefined && NO_REDIS)

/** Rooms and seats of people who do not come back end soon. */
const SOON = ['--empty-room-grace-ms', '300', '--seat-hold-ms', '3000', '--startup-grace-ms', '4000']
/** How often the database is looked at, in milliseconds. */
const LOOK_MS = 50
/** A message of MongoDB begins with its length, its number, and the number that it answers. */
const [NUMBER_AT, ANSWERED_AT] = [4, 8]
const NOTHING = Buffer.alloc(0)

/**
 * A node is killed when it asks this of a service: before that arrives, or when it was done. What
 * is before one step and after the last one is tried once.
 */
interface Step {
  readonly name: string
  readonly service: 'mongo' | 'redis'
  readonly asks: RegExp
  readonly moment: 'before' | 'after'
}

const asked = (command: string, collection: string) =>
  new RegExp(`\\x02${command}\\0[\\s\\S]{4}${collection}\\0`)
const stepOf = (service: Step['service'], name: string, asks: RegExp) =>
  (['before', 'after'] as const).map((moment): Step => ({ name: `${moment} ${name}`, service, asks, moment }))

const CLAIM = stepOf('mongo', 'it has inserted the takeover', asked('insert', 'takeovers'))
const SETTLE = stepOf('mongo', 'it is named as the owner', asked('findAndModify', 'rooms')).slice(1)
const TAKE = stepOf('redis', 'it has asked another node to take the room', /"kind":"take"/)
const TELL = stepOf('redis', 'it has told the next owner', /"kind":"moved"/)
const APPEND = stepOf('mongo', 'the message is stored', asked('insert', 'chats'))
const PURGE = [
  ...stepOf('mongo', 'the room is deleted', asked('delete', 'rooms')),
  ...stepOf('mongo', 'its takeovers are deleted', asked('delete', 'takeovers')).slice(1),
  ...stepOf('mongo', 'its messages are deleted', asked('delete', 'chats')).slice(1),
]

/** A built server with ways of its own to its services, and somebody who is connected to it. */
interface Place {
  readonly node: ServerProcess
  readonly client: WireClient
  readonly ways: Readonly<Record<Step['service'], ServiceProxy>>
}

/** Kills the first of the nodes that comes to the step. Resolves with its place. */
function killAt({ service, asks, moment }: Step, places: readonly Place[]): Promise<Place> {
  const { promise, resolve } = Promise.withResolvers<Place>()
  let killed: Place | undefined
  for (const place of places) {
    let number: number | undefined
    const kill = (passes: Buffer): Buffer => {
      killed = place
      place.node.signal('SIGKILL')
      resolve(place)
      return passes
    }
    place.ways[service].rewrite = (chunk, way) => {
      if (killed !== undefined) return killed === place ? NOTHING : chunk
      if (way === 'from')
        return number !== undefined && chunk.readInt32LE(ANSWERED_AT) === number ? kill(NOTHING) : chunk
      if (!asks.test(chunk.toString('latin1'))) return chunk
      if (moment === 'before') return kill(NOTHING)
      // Redis answers nothing of which it depends what a node does next.
      if (service === 'redis') return kill(chunk)
      number = chunk.readInt32LE(NUMBER_AT)
      return chunk
    }
  }
  return promise
}

describe('A server that is killed at each step', { skip, concurrency: 4 }, () => {
  if (mongo === undefined || redis === undefined) return
  after(async () => {
    await mongo[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })

  /** Ann on the owner of the room, Ben and Cem on two others. Each of them has said something. */
  async function threePeople(stack: AsyncDisposableStack) {
    const toMongo = Number(new URL(mongo?.uri ?? '').port)
    const fleet = stack.use(new TestFleet({ mongo: mongo as never, redis: redis as never }, SOON))
    const places: Place[] = []
    for (let index = 0; index < 3; index++) {
      const ways = { mongo: await ServiceProxy.to(toMongo), redis: await ServiceProxy.to(redis?.port ?? 0) }
      for (const way of Object.values(ways)) stack.use(way)
      const mongodbUri = `mongodb://127.0.0.1:${ways.mongo.port}`
      const node = await fleet.startNode({ mongodbUri, redisUrl: `redis://127.0.0.1:${ways.redis.port}` })
      places.push({ node, ways, client: stack.use(await WireClient.hello(node.url)) })
    }
    const [ann, ben, cem] = places as [Place, Place, Place]
    const { room } = await ann.client.ask({ type: 'room.create', title: 'room' }, 'room.created')
    const acked: string[] = []
    const say = async ({ client }: Place, text: string) => {
      await sayUntilAcked(client, room.id, text)
      acked.push(text)
    }
    for (const place of places) {
      await joinUntilSeated(place.client, room.id)
      await say(place, `before ${places.indexOf(place)}`)
    }
    return { fleet, room: room.id, ann, ben, cem, places, acked, say }
  }
  type Setting = Awaited<ReturnType<typeof threePeople>>

  /** The room goes on without those who are gone: nothing acked is lost, and nobody is a ghost. */
  async function goesOn({ room, acked, say }: Setting, left: readonly Place[], maybe: readonly string[]) {
    for (const place of left) await say(place, `after ${left.indexOf(place)}`)
    await using dan = await WireClient.hello(left[0]?.node.url ?? '')
    const { messages, members } = await joinUntilSeated(dan, room)
    const texts = messages.map(message => ('text' in message ? message.text : ''))
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      texts.map((_, index) => index + 1),
    )
    const known = texts.filter(text => !maybe.includes(text))
    assert.deepEqual(known, acked)
    assert.ok(texts.length - known.length <= maybe.length, 'nothing is there twice')
    for (const { client } of left) {
      await client.event('chat.chat', ({ message }) => message.seq === texts.length)
      const heard = client.all('chat.chat').map(({ message }) => message.seq)
      assert.deepEqual(heard, messages.map(({ seq }) => seq).slice(-heard.length))
    }
    const here = [dan, ...left.map(({ client }) => client)].map(({ userId }) => userId)
    const ghosts = members.map(({ id }) => id).filter(id => !here.includes(id))
    const gone = () => dan.all('chat.exit').flatMap(({ users }) => users.map(({ id }) => id))
    while (!ghosts.every(ghost => gone().includes(ghost))) await sleep(LOOK_MS)
    await dan.ask({ type: 'chat.leave', room }, 'chat.left')
  }

  /** Nobody is in the room any more: it ends, and nothing of it is left over. */
  async function endsWithoutRest({ fleet: { databaseName } }: Setting, left: readonly Place[]) {
    const client = await new mongodb.MongoClient(mongo?.uri ?? '').connect()
    const count = async (name: string) => client.db(databaseName).collection(name).countDocuments()
    const untilNoMore = async (name: string) => {
      while ((await count(name)) > 0) await sleep(LOOK_MS)
    }
    await untilNoMore('rooms')
    for (const { node } of left) await node.stop('SIGTERM')
    // The sweep that servers make once a minute.
    const options = { uri: mongo?.uri ?? '', databaseName, log: { info: () => {}, warn: () => {} } }
    const { store } = await openFleetMongoStore({ ...options, sweepAfterMs: LOOK_MS })
    for (const name of ['chats', 'takeovers']) await untilNoMore(name)
    await client.close()
    await store.close()
  }

  async function leaveAll({ room }: Setting, left: readonly Place[]) {
    for (const { client } of left) await client.ask({ type: 'chat.leave', room }, 'chat.left')
  }

  async function killed(
    step: Step,
    begin: (setting: Setting) => void,
    { who, gone, maybe = [] }: { who: 'owner' | 'other'; gone?: 'owner'; maybe?: readonly string[] },
  ) {
    await using stack = new AsyncDisposableStack()
    const setting = await threePeople(stack)
    const { ann, ben, cem, places } = setting
    const isKilled = killAt(step, who === 'owner' ? [ann] : [ben, cem])
    begin(setting)
    const victim = await isKilled
    const left = places.filter(place => place !== victim && !(gone === 'owner' && place === ann))
    await goesOn(setting, left, maybe)
    await leaveAll(setting, left)
    await endsWithoutRest(setting, left)
  }

  for (const step of [...CLAIM, ...SETTLE]) {
    test(`D1 T3 of the claim of a dead owner's room: ${step.name}`, () =>
      killed(step, ({ ann }) => ann.node.signal('SIGKILL'), { who: 'other', gone: 'owner' }))
    test(`D1 T3 of a hand-over, as the taker: ${step.name}`, () =>
      killed(step, ({ ann }) => ann.node.signal('SIGTERM'), { who: 'other', gone: 'owner' }))
  }

  for (const step of [...TAKE, ...TELL]) {
    test(`D1 T3 of a hand-over, as the giver: ${step.name}`, () =>
      killed(step, ({ ann }) => ann.node.signal('SIGTERM'), { who: 'owner' }))
  }

  for (const step of APPEND) {
    test(`D1 D3 of an append: ${step.name}`, () => {
      const post = { type: 'chat.send', id: 'last', clientMessageId: 'last', text: 'last' }
      const begin = ({ ann, room }: Setting) => ann.client.raw(JSON.stringify({ ...post, room }))
      return killed(step, begin, { who: 'owner', maybe: ['last'] })
    })
  }

  for (const step of PURGE) {
    test(`T1 of a purge: ${step.name}`, async () => {
      await using stack = new AsyncDisposableStack()
      const setting = await threePeople(stack)
      const isKilled = killAt(step, [setting.ann])
      await leaveAll(setting, setting.places)
      await isKilled
      await endsWithoutRest(setting, [setting.ben, setting.cem])
    })
  }
})
