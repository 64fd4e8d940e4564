import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'redis'
import { joinUntilSeated, sayUntilAcked, TestFleet, twoPeople } from '../../support/fleet.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../../support/redis.ts'
import { ServiceProxy } from '../../support/service-proxy.ts'
import { WallClock } from '../../support/wall-clock.ts'
import { WireClient } from '../../support/wire-client.ts'

const mongo = await findMongo()
const redis = await TestRedis.find()
const skip = (mongo === undefined && NO_MONGODB) || (redis === undefined && NO_REDIS)

/** Longer than any lease, in milliseconds. */
const CUT_OFF_MS = 6_000
const HOUR_MS = 3_600_000

/** Built servers in processes of their own, with trouble on their ways to Redis and to MongoDB. */
describe('Several servers whose services are in trouble', { skip }, () => {
  if (mongo === undefined || redis === undefined) return
  after(async () => {
    await mongo[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })
  const fleet = () => new TestFleet({ mongo, redis })
  const wayToRedis = () => ServiceProxy.to(redis.port)
  const wayToMongo = () => ServiceProxy.to(Number(new URL(mongo.uri).port))
  const overRedis = (way: ServiceProxy) => ({ redisUrl: `redis://127.0.0.1:${way.port}` })
  const overMongo = (way: ServiceProxy) => ({ mongodbUri: `mongodb://127.0.0.1:${way.port}` })

  const heard = (client: WireClient) => client.all('chat.chat').map(({ message }) => message.seq)
  /** Both have heard every message up to `last`, once and in order. */
  async function everythingHeard(people: readonly WireClient[], last: number): Promise<void> {
    for (const client of people) {
      await client.event('chat.chat', ({ message }) => message.seq === last)
      assert.deepEqual(
        heard(client),
        Array.from({ length: last }, (_, index) => index + 1),
      )
      assert.deepEqual(client.all('chat.exit'), [])
    }
  }

  test('D1 D2 while each way to Redis takes a second, acks come late, and everything arrives', async () => {
    await using ways = new AsyncDisposableStack()
    const [ofOwner, ofEdge] = [ways.use(await wayToRedis()), ways.use(await wayToRedis())]
    await using nodes = fleet()
    const places = { owner: overRedis(ofOwner), edge: overRedis(ofEdge) }
    const { ann, ben, room } = await twoPeople(nodes, {}, places)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    for (const way of [ofOwner, ofEdge]) way.delayMs = 1_000
    const texts = ['a', 'b', 'c']
    const said = texts.flatMap(text => [
      sayUntilAcked(ben, room, `ben ${text}`),
      sayUntilAcked(ann, room, text),
    ])
    assert.deepEqual((await Promise.all(said)).toSorted(), [1, 2, 3, 4, 5, 6])
    for (const way of [ofOwner, ofEdge]) way.delayMs = 0
    assert.equal(await sayUntilAcked(ben, room, 'quick again'), 7)
    await everythingHeard([ann, ben], 7)
  })

  test('a Redis whose memory is full carries everything, since nothing is kept there', async () => {
    await using nodes = fleet()
    const { ann, ben, room } = await twoPeople(nodes)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    const operator = await createClient({ url: redis.url }).connect()
    await operator.configSet('maxmemory', '1')
    await assert.rejects(operator.set('key', 'value'), /OOM/)
    assert.equal(await sayUntilAcked(ben, room, '1'), 1)
    // Nodes that must connect anew can do so.
    await operator.sendCommand(['CLIENT', 'KILL', 'SKIPME', 'yes'])
    assert.equal(await sayUntilAcked(ben, room, '2'), 2)
    assert.equal(await sayUntilAcked(ann, room, '3'), 3)
    await everythingHeard([ann, ben], 3)
    await operator.configSet('maxmemory', '0')
    operator.destroy()
  })

  test('D4 a node that Redis disconnects because it reads too slowly gets what it missed', async () => {
    await using nodes = fleet()
    const { ann, ben, edge, room } = await twoPeople(nodes)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    assert.equal(await sayUntilAcked(ben, room, '1'), 1)
    const operator = await createClient({ url: redis.url }).connect()
    const channels = await operator.pubSubChannels('gifchat:node:*')
    const subscribers = async () => `${await operator.sendCommand(['CLIENT', 'LIST', 'TYPE', 'pubsub'])}`
    const count = async () => (await subscribers()).split('\n').filter(line => line !== '').length
    assert.equal(await count(), 2)
    await operator.configSet('client-output-buffer-limit', 'pubsub 1mb 0 0')
    edge.signal('SIGSTOP')
    assert.equal(await sayUntilAcked(ann, room, '2'), 2)
    // Only the frozen one lets it pile up.
    while ((await count()) === 2)
      for (const channel of channels) await operator.publish(channel, Buffer.alloc(1024 * 1024))
    assert.equal(await sayUntilAcked(ann, room, '3'), 3)
    edge.signal('SIGCONT')
    assert.equal(await sayUntilAcked(ben, room, '4'), 4)
    await everythingHeard([ann, ben], 4)
    assert.equal(edge.isRunning, true)
    await operator.configSet('client-output-buffer-limit', 'pubsub 32mb 8mb 60')
    operator.destroy()
  })

  for (const way of ['to', 'from'] as const) {
    test(`D2 D4 what an edge missed while the way ${way} Redis was cut arrives afterwards, once`, async () => {
      await using toRedis = await wayToRedis()
      await using nodes = fleet()
      const { ann, ben, room } = await twoPeople(nodes, {}, { edge: overRedis(toRedis) })
      await ben.ask({ type: 'chat.join', room }, 'chat.joined')
      assert.equal(await sayUntilAcked(ben, room, '1'), 1)
      toRedis.block(way)
      assert.equal(await sayUntilAcked(ann, room, '2'), 2)
      const said = ben.refused({ type: 'chat.send', room, clientMessageId: '3', text: '3' })
      assert.equal((await said).code, 'unavailable')
      toRedis.unblock()
      // Whether it was stored meanwhile or only now, there is one of it.
      assert.equal(await sayUntilAcked(ben, room, '3'), 3)
      assert.equal(await sayUntilAcked(ann, room, '4'), 4)
      await everythingHeard([ann, ben], 4)
    })

    test(`D1 D3 an owner that was cut off from MongoDB (${way}) ends, and its room goes on elsewhere`, async () => {
      await using toMongo = await wayToMongo()
      await using nodes = fleet()
      const { owner, ann, ben, room } = await twoPeople(nodes, {}, { owner: overMongo(toMongo) })
      await ben.ask({ type: 'chat.join', room }, 'chat.joined')
      assert.equal(await sayUntilAcked(ben, room, '1'), 1)
      const ended = owner.exited()
      toMongo.block(way)
      ann.raw(JSON.stringify({ type: 'chat.send', id: 'last', room, clientMessageId: 'last', text: 'last' }))
      await sleep(CUT_OFF_MS)
      await sayUntilAcked(ben, room, 'meanwhile')
      toMongo.unblock()
      assert.equal(await ended, 1)
      const last = await sayUntilAcked(ben, room, 'afterwards')
      await everythingHeard([ben], last)
      await using annAgain = await WireClient.hello(nodes.nodes[1]?.url ?? '', ann.token)
      const { messages } = await joinUntilSeated(annAgain, room)
      const texts = messages.map(message => ('text' in message ? message.text : ''))
      assert.deepEqual(
        texts.filter(text => text !== 'last'),
        ['1', 'meanwhile', 'afterwards'],
      )
      assert.ok(texts.length <= 4, 'what was said last is there once or not at all')
    })
  }

  test('nodes of two versions tell the log, and a room goes to the other version with the end of its owner', async () => {
    await using toRedis = await wayToRedis()
    // As a node of the next version would say it, and what it would think of this one.
    const speak = (chunk: Buffer, [own, other]: readonly [string, string]) =>
      Buffer.from(chunk.toString('latin1').replaceAll(`{"version":${own},`, `{"version":${other},`), 'latin1')
    toRedis.rewrite = (chunk, way) => speak(chunk, way === 'to' ? ['1', '2'] : ['1', '0'])
    await using nodes = fleet()
    const { owner, edge, ann, ben, room } = await twoPeople(nodes, {}, { edge: overRedis(toRedis) })
    await Promise.all([owner.logged('not of this version'), edge.logged('not of this version')])
    assert.equal((await ben.refused({ type: 'chat.join', room })).code, 'unavailable')
    assert.equal(await sayUntilAcked(ann, room, '1'), 1)
    const { room: own } = await ben.ask({ type: 'room.create', title: 'of the next version' }, 'room.created')
    await ben.ask({ type: 'chat.join', room: own.id }, 'chat.joined')
    assert.equal(await sayUntilAcked(ben, own.id, '1'), 1)
    assert.equal((await ann.refused({ type: 'chat.join', room: own.id })).code, 'unavailable')
    await owner.stop('SIGTERM')
    const joined = await joinUntilSeated(ben, room)
    assert.deepEqual(
      joined.messages.map(({ seq }) => seq),
      [1],
    )
    assert.equal(await sayUntilAcked(ben, room, '2'), 2)
  })

  test('D1 D2 servers whose clocks are two hours apart give a room to each other, and take that of a dead one', async () => {
    using ahead = new WallClock()
    ahead.setBy(HOUR_MS)
    using behind = new WallClock()
    behind.setBy(-HOUR_MS)
    await using nodes = fleet()
    const clocks = { owner: { env: ahead.env }, edge: { env: behind.env } }
    const { owner, edge, ann, ben, room } = await twoPeople(nodes, {}, clocks)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    assert.equal(await sayUntilAcked(ann, room, '1'), 1)
    assert.equal(await sayUntilAcked(ben, room, '2'), 2)
    const third = await nodes.startNode()
    await using annAgain = await WireClient.hello(third.url, ann.token)
    await joinUntilSeated(annAgain, room)
    await Promise.all([owner.stop('SIGTERM'), sayUntilAcked(annAgain, room, '3')])
    assert.equal(await sayUntilAcked(ben, room, '4'), 4)
    await edge.stop('SIGKILL')
    assert.equal(await sayUntilAcked(annAgain, room, '5'), 5)
    await using cem = await WireClient.hello(third.url)
    const { messages } = await joinUntilSeated(cem, room)
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      [1, 2, 3, 4, 5],
    )
    // Each message has the time of the server that numbered it.
    const [first, last] = [messages[0]?.createdAt ?? 0, messages[4]?.createdAt ?? 0]
    assert.ok(first - last > HOUR_MS / 2)
  })
})
