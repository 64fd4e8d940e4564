import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { ConnectionStatus } from '../../../cli/connection/client-events.ts'
import { UpgradeRefusedError, upgradeRetryMs } from '../../../cli/connection/socket.ts'
import { refuseUpgrade } from '../../../server/transport/refuse-upgrade.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

test('D10: a server that is getting ready says when to come again, and everybody waits for another part of that', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url, random: () => 0.5 })
  const before = performance.now()
  await server.stop()
  const starting = createServer().on('upgrade', (_request, socket: Socket) => {
    refuseUpgrade(socket, '503 Service Unavailable', 'not yet', 'Retry-After: 8\r\n')
  })
  starting.listen(server.port, '127.0.0.1')
  // The first tries of its own would be a second apart at most.
  const isLongWait = ({ status }: { status: ConnectionStatus }) =>
    status.state === 'waiting' && status.retryAt - before >= 4_000
  await recorded.until(() => recorded.all('status').slice(0, 8).some(isLongWait))
  starting.close()
  await server.listen()
  recorded.client.reconnectNow()
  await recorded.until(() => recorded.all('identity').length === 2)
})

test('D10: what a server says of when to come again is heeded up to 15 s', () => {
  const refused = (retryAfter: string) =>
    new UpgradeRefusedError({ statusCode: 503, headers: { 'retry-after': retryAfter } })
  const waitOf = (retryAfter: string) => upgradeRetryMs(refused(retryAfter), () => 0.5)
  assert.deepEqual(['0', '1', '3', '86400'].map(waitOf), [500, 500, 1_500, 7_500])
  for (const other of ['Wed, 21 Oct 2015 07:28:00 GMT', '', '-1', '1e9'])
    assert.equal(waitOf(other), undefined)
  assert.equal(
    upgradeRetryMs(new Error('no network'), () => 0.5),
    undefined,
  )
})
