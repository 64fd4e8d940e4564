import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRedisAddress } from '../../../server/cluster/redis-address.ts'
import { RedisWire } from '../../../server/cluster/redis-wire.ts'
import { NO_FLEET_METRICS } from '../../../server/metrics/server-metrics.ts'
import { NO_REDIS, TestRedis } from '../../support/redis.ts'

const redis = await TestRedis.find()

test('envelopes arrive in their order, and no timer of their own is left behind', {
  skip: redis ? false : NO_REDIS,
}, async context => {
  await using server = redis
  const signals = context.mock.method(AbortSignal, 'timeout')
  const log = { info: () => {}, warn: () => {} }
  const address = parseRedisAddress(server?.url ?? '')
  assert.ok(address !== undefined)
  const wire = new RedisWire({
    address,
    prefix: 'test:',
    node: 'node',
    log,
    metrics: NO_FLEET_METRICS,
  })
  context.after(() => wire.closeWire())
  const received: string[] = []
  const all = Promise.withResolvers<void>()
  const subscribed = Promise.withResolvers<void>()
  wire.openInbox(envelope => {
    subscribed.resolve()
    received.push(envelope.toString())
    if (envelope.toString() === 'last') all.resolve()
  })
  // What is published before the subscription is lost.
  const knock = setInterval(() => wire.sendEnvelope('node', Buffer.from('knock')), 10)
  await subscribed.promise
  clearInterval(knock)
  const before = signals.mock.callCount()
  for (const text of ['first', 'second', 'last']) wire.sendEnvelope('node', Buffer.from(text))
  await all.promise
  assert.deepEqual(received.slice(-3), ['first', 'second', 'last'])
  assert.equal(signals.mock.callCount(), before)
})
