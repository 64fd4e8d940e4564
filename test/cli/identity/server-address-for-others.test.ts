import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import {
  addressesForOthers,
  ownNetworkAddresses,
  serverAddressesForOthers,
} from '../../../cli/identity/server-address-for-others.ts'

const ipv4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: null,
})
const ipv6 = (address: string): NetworkInterfaceInfo => ({
  ...ipv4(address),
  netmask: 'ffff:ffff:ffff:ffff::',
  family: 'IPv6',
  scopeid: 0,
})
const interfaces = {
  lo: [ipv4('127.0.0.1', true)],
  docker0: [ipv4('172.17.0.1')],
  eth0: [ipv4('10.0.0.9')],
  wlan0: [ipv4('192.168.0.7')],
}
/** A machine on which a server listens at some of its addresses. */
const machine = (...listening: readonly string[]) => ({
  interfaces,
  canReach: async (host: string, port: number) => listening.includes(`${host}:${port}`),
})

test('localhost becomes the address at which others find the same server', async () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    assert.deepEqual(
      await serverAddressesForOthers(`ws://${host}:8005`, machine('172.17.0.1:8005', '192.168.0.7:8005')),
      ['ws://192.168.0.7:8005'],
    )
})

test('a server for this machine alone, and every other address, stay what they are', async () => {
  assert.deepEqual(await serverAddressesForOthers('ws://localhost:8005', machine('172.17.0.1:8005')), [
    'ws://localhost:8005',
  ])
  const everywhere = machine('10.0.0.9:8005', '10.0.0.9:443')
  for (const server of [
    'ws://chat.example:8005',
    'wss://localhost',
    'ws://10.0.0.1:8005',
    'ws://[fe80::1%eth0]:8005',
  ])
    assert.deepEqual(await serverAddressesForOthers(server, everywhere), [server])
})

test('a server that listens everywhere has its IPv6 addresses too, and keeps its path', async () => {
  const everywhere = { interfaces: { ...interfaces, eth1: [ipv6('fd00::2')] }, canReach: async () => true }
  assert.deepEqual(await serverAddressesForOthers('ws://localhost:8005/chat', everywhere), [
    'ws://10.0.0.9:8005/chat',
    'ws://192.168.0.7:8005/chat',
    'ws://[fd00::2]:8005/chat',
  ])
})

test('an address counts if something accepts a connection there', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address !== 'string')
  const { canReach } = ownNetworkAddresses()
  assert.equal(await canReach('127.0.0.1', address.port), true)
  server.close()
  await once(server, 'close')
  assert.equal(await canReach('127.0.0.1', address.port), false)
})

test('all addresses at which others could find a server, without those that only this machine reaches', () => {
  const networks = { ...interfaces, wlan0: [ipv6('fe80::1'), ipv6('fd00::2'), ipv4('192.168.0.7')] }
  assert.deepEqual(addressesForOthers('ws://localhost:8005', networks), [
    'ws://10.0.0.9:8005',
    'ws://192.168.0.7:8005',
    'ws://[fd00::2]:8005',
  ])
  assert.deepEqual(addressesForOthers('ws://localhost:8005', { lo: interfaces.lo }), [])
})
