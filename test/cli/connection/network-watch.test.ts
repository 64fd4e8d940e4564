import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import os, { type NetworkInterfaceInfo } from 'node:os'
import { type TestContext, test } from 'node:test'
import { watchNetwork } from '../../../cli/connection/network-watch.ts'
import { CLOSE_CODES } from '../../../protocol/close-codes.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const LOOK_MS = 1_000

test('each change of the addresses is told once, and none after the watch has ended', context => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  let address = '10.0.0.1'
  let changes = 0
  const stop = watchNetwork(
    () => changes++,
    () => address,
  )
  const look = (now: string) => {
    address = now
    context.mock.timers.tick(LOOK_MS)
    return changes
  }
  assert.deepEqual(['10.0.0.1', '', '', '10.0.0.1', '10.0.0.2'].map(look), [0, 1, 1, 2, 3])
  stop()
  assert.equal(look('10.0.0.3'), 3)
})

/** This machine's network interfaces, as a test wants them to be. */
function interfacesOf(context: TestContext) {
  const loopback: NetworkInterfaceInfo = {
    address: '127.0.0.1',
    netmask: '255.0.0.0',
    family: 'IPv4',
    mac: '00:00:00:00:00:00',
    internal: true,
    cidr: '127.0.0.1/8',
  }
  const wifi: NetworkInterfaceInfo = { ...loopback, address: '192.0.2.7', internal: false }
  let list: NodeJS.Dict<NetworkInterfaceInfo[]> = { lo: [loopback] }
  const read = context.mock.method(os, 'networkInterfaces', () => list)
  syncBuiltinESMExports()
  context.after(() => {
    read.mock.restore()
    syncBuiltinESMExports()
  })
  return {
    looks: () => read.mock.callCount(),
    comeBack() {
      list = { ...list, wifi: [wifi] }
    },
  }
}

test('D10: a network that comes back ends the wait at once, and is watched only during a wait', async context => {
  const interfaces = interfacesOf(context)
  context.mock.timers.enable({ apis: ['setInterval'] })
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  context.mock.timers.tick(LOOK_MS)
  assert.equal(interfaces.looks(), 0)
  for (const connection of server.connections) {
    connection.send({ type: 'serverRestart', retryAfterMs: 600_000 })
    connection.close(CLOSE_CODES.serverRestart.code)
  }
  await recorded.event('status', event => event.status.state === 'waiting')
  context.mock.timers.tick(LOOK_MS)
  assert.equal(recorded.client.status.state, 'waiting')
  interfaces.comeBack()
  context.mock.timers.tick(LOOK_MS)
  assert.equal(recorded.client.status.state, 'connecting')
  await recorded.until(() => recorded.all('identity').length === 2)
  const looks = interfaces.looks()
  context.mock.timers.tick(LOOK_MS)
  assert.equal(interfaces.looks(), looks)
})
