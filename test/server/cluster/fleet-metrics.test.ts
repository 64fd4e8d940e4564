import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { sayUntilAcked, TestFleet } from '../../support/fleet.ts'
import { readMetrics } from '../../support/metrics.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../../support/redis.ts'
import { freePort } from '../../support/server-process.ts'
import { WireClient } from '../../support/wire-client.ts'

const mongo = await findMongo()
const redis = await TestRedis.find()
const skip = (mongo === undefined && NO_MONGODB) || (redis === undefined && NO_REDIS)

describe('The metrics of several servers', { skip }, () => {
  if (mongo === undefined || redis === undefined) return
  after(async () => {
    await mongo[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })

  test('tell of rooms here and there, of takeovers, and of Redis', async () => {
    await using nodes = new TestFleet({ mongo, redis })
    const ports = [await freePort(), await freePort()]
    const [owner, edge] = await Promise.all(
      ports.map(port => nodes.addNode({ env: { GIFCHAT_METRICS_PORT: String(port) } })),
    )
    assert.ok(owner !== undefined && edge !== undefined)
    await owner.start()
    await edge.start()
    const read = async (index: number) => {
      const metrics = await readMetrics(ports[index] ?? 0)
      return (name: string) => metrics.get(`gifchat_${name}`)
    }
    await using ann = await WireClient.hello(owner.url)
    await using ben = await WireClient.hello(edge.url)
    const { room } = await ann.ask({ type: 'room.create', title: 'counted' }, 'room.created')
    for (const client of [ann, ben]) await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    await sayUntilAcked(ben, room.id, 'there')
    const [here, there] = [await read(0), await read(1)]
    assert.deepEqual([here('rooms'), here('remote_rooms')], [1, 0])
    assert.deepEqual([there('rooms'), there('remote_rooms')], [0, 1])
    for (const of of [here, there]) {
      assert.deepEqual([of('nodes'), of('redis_up'), of('waiting_requests')], [2, 1, 0])
      assert.ok((of('redis_seconds_count') ?? 0) > 0)
    }
    await owner.stop('SIGTERM')
    assert.equal((await read(1))('takeovers_total{how="handOver"}'), 1)
    await owner.start()
    const cem = await WireClient.hello(owner.url)
    const { room: another } = await cem.ask({ type: 'room.create', title: 'dies' }, 'room.created')
    await ben.ask({ type: 'chat.join', room: another.id }, 'chat.joined')
    await owner.stop('SIGKILL')
    await sayUntilAcked(ben, another.id, 'after its death')
    const afterwards = await read(1)
    assert.equal(afterwards('takeovers_total{how="death"}'), 1)
    assert.equal(afterwards('rooms'), 2)
  })
})
