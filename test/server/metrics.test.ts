import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PrometheusMetrics } from '../../server/metrics/prometheus-metrics.ts'
import { readMetrics } from '../support/metrics.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'

test('the metrics count what people did, and hold nothing of who they are or what they said', async () => {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-metrics-'))
  const metricsPort = await freePort()
  const args = ['--metrics-port', String(metricsPort)]
  await using server = new ServerProcess({ port: await freePort(), data, args })
  await server.start()
  await using owner = await WireClient.hello(server.url)
  await using guest = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'canary' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await guest.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const send = (clientMessageId: string) =>
    owner.ask({ type: 'chat.send', room: room.id, clientMessageId, text: 'canary' }, 'chat.ack')
  for (const id of ['one', 'two', 'three']) await send(id)
  await guest.ask({ type: 'chat.join', room: 'nowhere0' }, 'error')

  const metrics = await readMetrics(metricsPort)
  const read = (name: string) => metrics.get(`gifchat_${name}`)
  assert.equal(read('connections'), 2)
  assert.equal(read('rooms'), 1)
  assert.equal(read('members'), 2)
  assert.equal(read('posts_total'), 3)
  assert.equal(read('ack_seconds_count'), 3)
  assert.equal(read('refusals_total{code="noSuchRoom"}'), 1)
  assert.ok((read('deliveries_total') ?? 0) >= 6)
  assert.ok((read('sent_bytes_total') ?? 0) > 1_000)
  assert.ok((read('received_bytes_total') ?? 0) > 300)
  assert.ok((read('store_seconds_count{operation="appendMessages"}') ?? 0) >= 1)
  assert.ok(metrics.has('nodejs_eventloop_lag_p99_seconds'))
  const names = [...metrics.keys()].join(' ')
  for (const secret of ['canary', room.id, owner.userId]) assert.ok(!names.includes(secret))

  const elsewhere = await fetch(`http://127.0.0.1:${metricsPort}/`)
  assert.equal(elsewhere.status, 404)
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status, 404)
  await rm(data, { recursive: true, force: true })
})

test('OPERATING.md tells of each metric of the server, and the dashboard asks for no other', async () => {
  const metrics = new PrometheusMetrics()
  metrics.countFleet()
  const { text } = await metrics.writeText()
  const known = [...text.matchAll(/^# TYPE (gifchat_\w+)/gm)].map(([, name]) => name ?? '')
  const gauges = 'connections rooms members waiting_posts nodes remote_rooms redis_up redis_waiting_bytes'
  known.push(...`${gauges} waiting_requests`.split(' ').map(name => `gifchat_${name}`))
  const [told, asked] = await Promise.all(
    ['docs/OPERATING.md', 'deploy/grafana.json'].map(async file => {
      const named = (await readFile(join(import.meta.dirname, '../..', file), 'utf8')).matchAll(
        /gifchat_[a-z_]+/g,
      )
      return new Set([...named].map(([name]) => name.replace(/_bucket$/, '')))
    }),
  )
  assert.deepEqual([...(told ?? [])].toSorted(), known.toSorted())
  assert.deepEqual([...(asked ?? [])].toSorted(), known.toSorted())
})
