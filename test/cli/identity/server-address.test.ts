import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inviteAddressOf,
  parseRoomAddress,
  parseServerAddress,
  ServerAddressError,
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
]
for (const [typed, server] of servers) {
  test(`a server: ${JSON.stringify(typed)} is ${server}`, () =>
    assert.equal(parseServerAddress(typed), server))
}

const refused = [
  '',
  'ws://',
  'http://chat.example',
  '::1',
  'a b',
  'ws://me:secret@host',
  'ws://host?x=1',
  'ws://h:99999',
]
for (const typed of [...refused, 'ws://host/room', 'a b'.repeat(3_000)]) {
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
  assert.deepEqual(parseRoomAddress(inviteAddressOf('wss://host', 'k3mw9x2a'), here), {
    server: 'wss://host',
    room: 'k3mw9x2a',
  })
})

for (const typed of [
  '',
  '  ',
  'no room',
  'ws://host:8005/',
  'ws://host:8005/a/b',
  'ws://host/%2e%2e',
  'x'.repeat(33),
]) {
  test(`no room: ${JSON.stringify(typed)}`, () =>
    assert.throws(() => parseRoomAddress(typed, 'ws://here'), ServerAddressError))
}
