import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inviteAddressOf,
  parseRoomAddress,
  parseServerAddress,
  ServerAddressError,
  urlOfServer,
} from '../../../cli/identity/server-address.ts'

const servers: readonly (readonly [string, string])[] = [
  ['localhost', 'ws://localhost:8005'],
  ['chat.example', 'ws://chat.example:8005'],
  ['chat.example:80', 'ws://chat.example'],
  ['chat.example:9000', 'ws://chat.example:9000'],
  ['192.168.0.7:8005', 'ws://192.168.0.7:8005'],
  ['[::1]', 'ws://[::1]:8005'],
  ['WS://Chat.Example:8005/', 'ws://chat.example:8005'],
  ['ws://chat.example:80', 'ws://chat.example'],
  ['ws://chat.example', 'ws://chat.example'],
  ['wss://chat.example', 'wss://chat.example'],
  ['wss://chat.example:443/', 'wss://chat.example'],
  ['  ws://localhost:8005  ', 'ws://localhost:8005'],
  ['wss://Host/chat', 'wss://host/chat'],
  ['ws://host:9000/a/B.c_~-/', 'ws://host:9000/a/B.c_~-'],
  ['host/chat', 'ws://host:8005/chat'],
  ['host:80/chat', 'ws://host/chat'],
  ['::1', 'ws://[::1]:8005'],
  ['::1/chat', 'ws://[::1]:8005/chat'],
  ['2001:DB8::7', 'ws://[2001:db8::7]:8005'],
  ['ws://::1', 'ws://[::1]'],
  ['[::1]:80', 'ws://[::1]'],
  ['fe80::1%eth0', 'ws://[fe80::1%eth0]:8005'],
  ['[fe80::1%25eth0]:9000', 'ws://[fe80::1%eth0]:9000'],
  ['wss://[FE80::1%en0]/chat', 'wss://[fe80::1%en0]/chat'],
]
for (const [typed, server] of servers) {
  test(`a server: ${JSON.stringify(typed)} is ${server}`, () =>
    assert.equal(parseServerAddress(typed), server))
}

const refused = [
  '',
  'ws://',
  'http://chat.example',
  'a b',
  'ws://me:secret@host',
  'ws://host?x=1',
  'ws://h:99999',
]
const badPaths = ['ws://host/$(reboot)', "ws://host/it's", 'ws://host/a;b', `ws://host${'/a'.repeat(9)}`]
const badZones = ['[fe80::1%]', '[fe80::1%a b]', '[fe80::1%$x]', '[1.2.3.4%eth0]']
for (const typed of [...refused, ...badPaths, ...badZones, 'a b'.repeat(3_000)]) {
  test(`no server: ${JSON.stringify(typed).slice(0, 40)}`, () => {
    assert.throws(
      () => parseServerAddress(typed),
      error => error instanceof ServerAddressError && error.typed.length < 90,
    )
  })
}

test('a room: an id is on the default server, an invite names its own', () => {
  const here = 'ws://here:8005'
  assert.deepEqual(parseRoomAddress(' k3mw9x2a ', here), { server: here, room: 'k3mw9x2a' })
  assert.deepEqual(parseRoomAddress('ws://Host:8005/k3mw9x2a', here), {
    server: 'ws://host:8005',
    room: 'k3mw9x2a',
  })
  assert.deepEqual(parseRoomAddress('host/k3mw9x2a/', here), { server: 'ws://host:8005', room: 'k3mw9x2a' })
  for (const server of ['wss://host', 'wss://host/chat', 'ws://host:1/a/b', 'ws://[fe80::1%eth0]:8005/chat'])
    assert.deepEqual(parseRoomAddress(inviteAddressOf(server, 'k3mw9x2a'), here), {
      server,
      room: 'k3mw9x2a',
    })
  assert.deepEqual(parseRoomAddress('::1/k3mw9x2a', here), { server: 'ws://[::1]:8005', room: 'k3mw9x2a' })
})

test('a URL holds no network interface, so that stands beside it', () => {
  const { url, zone } = urlOfServer('ws://[fe80::1%eth0]:8005/chat')
  assert.deepEqual([url.href, zone], ['ws://[fe80::1]:8005/chat', 'eth0'])
  assert.deepEqual(urlOfServer('wss://host/chat'), { url: new URL('wss://host/chat'), zone: undefined })
})

for (const typed of [
  '',
  '  ',
  'no room',
  'ws://host:8005/',
  'ws://host:8005/$a/b',
  'ws://host:8005/a/b c',
  'ws://host/%2e%2e',
  'x'.repeat(33),
]) {
  test(`no room: ${JSON.stringify(typed)}`, () =>
    assert.throws(() => parseRoomAddress(typed, 'ws://here'), ServerAddressError))
}
