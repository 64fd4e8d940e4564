import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createClient } from 'redis'
import { parseRedisAddress } from '../../../server/cluster/redis-address.ts'
import { RedisWire } from '../../../server/cluster/redis-wire.ts'
import { NO_FLEET_METRICS } from '../../../server/metrics/server-metrics.ts'
import { isWithoutRedis, NO_REDIS } from '../../support/redis.ts'
import { RedisGroup } from '../../support/redis-group.ts'

const skip = isWithoutRedis() ? NO_REDIS : false
const LAST = 100

/** A node at this address of Redis, and the numbers that it hears. */
class TalkingNode implements AsyncDisposable {
  readonly name: string
  readonly heard: number[] = []
  readonly #wire: RedisWire
  #said = 0

  constructor(name: string, url: string, prefix = 'test:') {
    const address = parseRedisAddress(url)
    assert.ok(address !== undefined)
    this.name = name
    const log = { info: () => {}, warn: () => {} }
    this.#wire = new RedisWire({ address, prefix, node: name, log, metrics: NO_FLEET_METRICS })
    this.#wire.openInbox(envelope => this.heard.push(Number(envelope.toString())))
  }

  /** Says numbers until one is heard, then many at once. Resolves when the last one is heard. */
  async talkTo(other: TalkingNode): Promise<void> {
    const say = () => this.#wire.sendEnvelope(other.name, Buffer.from(`${this.#said++}`))
    while (other.heard.length === 0) {
      say()
      await setTimeout(10)
    }
    for (let count = 0; count < LAST; count++) say()
    while (other.heard.at(-1) !== this.#said - 1) await setTimeout(10)
    const once = [...new Set(other.heard)].toSorted((a, b) => a - b)
    assert.deepEqual(other.heard, once, 'once and in order')
    assert.deepEqual(
      once.slice(-LAST),
      Array.from({ length: LAST }, (_, index) => this.#said - LAST + index),
      'all of them',
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#wire.closeWire()
  }
}

async function askServer(port: number, ...command: readonly string[]): Promise<string> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  await client.connect()
  const answer = await client.sendCommand([...command])
  client.destroy()
  return String(answer)
}

/** How often the servers were asked this, all together. */
async function callsOf({ members }: RedisGroup, command: string): Promise<number> {
  const counts = members.map(async ({ port }) => {
    const stats = await askServer(port, 'INFO', 'commandstats')
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
  })
  return (await Promise.all(counts)).reduce((sum, count) => sum + count)
}

describe('nodes in a cluster of Redis', { concurrency: true, skip }, () => {
  test('publish sharded to each other, and plain to one that has the address of one server', async () => {
    await using group = await RedisGroup.cluster()
    await using one = new TalkingNode('one', group.url)
    await using other = new TalkingNode('other', group.url)
    // Another fleet on the same Redis has a node of this name.
    await using stranger = new TalkingNode('other', group.url, 'strange:')
    await one.talkTo(other)
    const sharded = await callsOf(group, 'spublish')
    const plain = await callsOf(group, 'publish')
    assert.ok(sharded > LAST)
    // Only while nobody listened yet.
    assert.ok(plain < sharded - LAST + 1, `${plain} of ${sharded}`)

    const [{ port } = { port: 0 }] = group.members
    await using before = new TalkingNode('before', `redis://127.0.0.1:${port}`)
    await using after = new TalkingNode('after', group.url)
    await Promise.all([before.talkTo(after), after.talkTo(before)])
    assert.deepEqual(stranger.heard, [])
  })

  test('hear each other again when the server that takes over refuses sharded channels', async () => {
    await using group = await RedisGroup.cluster()
    for (const { port } of group.members.slice(3))
      await askServer(port, 'ACL', 'SETUSER', 'default', '-ssubscribe')
    await using one = new TalkingNode('one', group.url)
    await using other = new TalkingNode('other', group.url)
    await one.talkTo(other)
    const [{ port } = { port: 0 }] = group.members
    const slot = Number(await askServer(port, 'CLUSTER', 'KEYSLOT', 'test:node:other'))
    // As they are shared out among three.
    await group.members[Math.floor((slot * 3) / 16_384)]?.kill()
    other.heard.length = 0
    await one.talkTo(other)
  })

  test('publish plain where Redis refuses sharded channels', async () => {
    const refused = ['spublish', 'ssubscribe'].flatMap(name => ['--rename-command', name, ''])
    await using group = await RedisGroup.cluster(refused)
    await using one = new TalkingNode('one', group.url)
    await using other = new TalkingNode('other', group.url)
    await Promise.all([one.talkTo(other), other.talkTo(one)])
  })
})
