import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { remoteAddressOf } from '../../../server/transport/remote-address.ts'

/** The address that counts for a request from `peer` behind `trustedProxies` proxies. */
const addressOf = (peer: string | undefined, forwarded?: string | string[], trustedProxies = 0): string =>
  remoteAddressOf(
    {
      socket: { remoteAddress: peer },
      headers: { 'x-forwarded-for': forwarded },
    } as unknown as IncomingMessage, // no more of it is read
    trustedProxies,
  )

test('L2 an IPv6 address counts by its /64, however it is written', () => {
  for (const address of [
    '2001:db8:1:2::1',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:0DB8:0001:0002:0000:0000:0000:0001',
    '2001:db8:1:2:3::',
    '2001:db8:1:2::1%eth0',
  ]) {
    assert.equal(addressOf(address), '2001:db8:1:2::/64', address)
  }
  assert.equal(addressOf('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(addressOf('::1'), '0:0:0:0::/64')
  assert.equal(addressOf('fe80::1%en0'), 'fe80:0:0:0::/64')
  const others = ['2001:db8:1:3::1', '2001:db8:2:2::1', '2001:db9:1:2::1', '2002:db8:1:2::1']
  assert.equal(new Set(others.map(address => addressOf(address))).size, others.length)
})

test('L2 an IPv4 address counts as a whole, even in its IPv6 form', () => {
  assert.equal(addressOf('192.0.2.7'), '192.0.2.7')
  assert.equal(addressOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.notEqual(addressOf('192.0.2.7'), addressOf('192.0.2.8'))
})

test('L2 the address that counts is the one that the outermost trusted proxy wrote', () => {
  const forwarded = '198.51.100.1, 2001:db8:1:2::1, 203.0.113.9'
  assert.equal(addressOf('192.0.2.7', forwarded, 0), '192.0.2.7')
  assert.equal(addressOf('192.0.2.7', forwarded, 1), '203.0.113.9')
  assert.equal(addressOf('192.0.2.7', forwarded, 2), '2001:db8:1:2::/64')
  assert.equal(addressOf('192.0.2.7', ['198.51.100.1', '203.0.113.9'], 1), '203.0.113.9')
  for (const broken of [undefined, '', 'unknown', '203.0.113.9,', '999.1.1.1']) {
    assert.equal(addressOf('192.0.2.7', broken, 1), '192.0.2.7', broken)
  }
  assert.equal(addressOf('192.0.2.7', '203.0.113.9', 2), '192.0.2.7', 'who went around a proxy')
})
