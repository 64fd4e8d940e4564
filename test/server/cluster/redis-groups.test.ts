import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { parseRedisAddress } from '../../../server/cluster/redis-address.ts'
import { RedisWire } from '../../../server/cluster/redis-wire.ts'
import { NO_FLEET_METRICS } from '../../../server/metrics/server-metrics.ts'
import { isWithoutRedis, NO_REDIS } from '../../support/redis.ts'
import { RedisGroup } from '../../support/redis-group.ts'

const skip = isWithoutRedis() ? NO_REDIS : false

/** Two nodes of a fleet, of which one hears what the other says. */
async function twoNodes(url: string) {
  const lines: string[] = []
  const log = {
    info: (_: unknown, line: string) => lines.push(line),
    warn: (_: unknown, line: string) => lines.push(line),
  }
  const address = parseRedisAddress(url)
  assert.ok(address !== undefined)
  const wireOf = (node: string) =>
    new RedisWire({ address, prefix: 'test:', node, log, metrics: NO_FLEET_METRICS })
  const [speaker, listener] = [wireOf('speaker'), wireOf('listener')]
  const heard: number[] = []
  listener.openInbox(envelope => heard.push(Number(envelope.toString())))
  speaker.openInbox(() => undefined)
  let said = 0
  const say = () => speaker.sendEnvelope('listener', Buffer.from(`${said++}`))
  return {
    lines,
    heard,
    say,
    /** Says something every 10 ms until it is heard. */
    async untilHeard() {
      const before = heard.length
      while (heard.length === before) {
        say()
        await setTimeout(10)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([speaker.closeWire(), listener.closeWire()])
    },
  }
}

const isRising = (numbers: readonly number[]) =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))

describe('a node hears the others again, each envelope once and in order', {
  concurrency: true,
  skip,
}, () => {
  for (const [name, open] of [
    ['sentinels name another server', () => RedisGroup.watched()],
    ['a replica takes over in a cluster', () => RedisGroup.cluster()],
  ] as const) {
    test(`after ${name}`, async () => {
      await using group = await open()
      await using nodes = await twoNodes(group.url)
      await nodes.untilHeard()
      for (let count = 0; count < 1_000; count++) nodes.say()
      const { length } = nodes.heard
      while (nodes.heard.length < length + 900) await setTimeout(10)
      // In a cluster, whichever has the channel is among them; a replica of it is not.
      const primary = group.members[group.members.length === 6 ? ownerOf(group, 'test:node:listener') : 0]
      await primary?.kill()
      await setTimeout(200)
      await nodes.untilHeard()
      assert.ok(isRising(nodes.heard), `${nodes.heard.slice(-50)}`)
      // Each of the two says it once.
      assert.equal(
        nodes.lines.filter(line => /can't be reached/.test(line)).length,
        2,
        nodes.lines.join('\n'),
      )
      assert.equal(nodes.lines.filter(line => /reached again/.test(line)).length, 2)
    })
  }

  test('after sentinels name another server though the first one lives on', async () => {
    await using group = await RedisGroup.watched()
    await using nodes = await twoNodes(group.url)
    await nodes.untilHeard()
    const [first, second, sentinel] = group.members
    ask(sentinel?.port, 'sentinel', 'failover', 'chat')
    while (!ask(sentinel?.port, 'sentinel', 'get-master-addr-by-name', 'chat').includes(`${second?.port}`))
      await setTimeout(50)
    // Until they have asked again, and have followed.
    await setTimeout(2_500)
    await nodes.untilHeard()
    const before = nodes.lines.length
    await first?.kill()
    await nodes.untilHeard()
    assert.deepEqual(nodes.lines.slice(before), [], 'nobody was connected to it any more')
    assert.ok(isRising(nodes.heard), `${nodes.heard.slice(-50)}`)
  })
})

const ask = (port: number | undefined, ...question: string[]) =>
  spawnSync('redis-cli', ['-p', `${port}`, ...question], { encoding: 'utf8' }).stdout

/** Which member of a cluster has a channel. */
function ownerOf({ members }: RedisGroup, channel: string): number {
  const slot = ask(members[0]?.port, 'cluster', 'keyslot', channel).trim()
  return members.findIndex(({ port }) => {
    const ranges = ask(port, 'cluster', 'nodes')
      .split('\n')
      .find(line => line.includes('myself,master'))
      ?.split(' ')
      .slice(8)
    return ranges?.some(range => {
      const [from = 0, to = from] = range.split('-').map(Number)
      return from <= Number(slot) && Number(slot) <= to
    })
  })
}
