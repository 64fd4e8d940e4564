import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressInInviteLine, readInviteLine } from '../../../cli/identity/invite-line.ts'
import { withPastedLines } from '../../../cli/identity/pasted-words.ts'
import { parseRoomAddress, ServerAddressError } from '../../../cli/identity/server-address.ts'

const HERE = 'ws://here:8005'
const INVITE = { server: 'ws://host:8005', room: 'k3mw9x2a' }

const LINES = [
  'ws://host:8005/k3mw9x2a',
  'gifchat join ws://host:8005/k3mw9x2a',
  '  gifchat  join ws://host:8005/k3mw9x2a\n',
  '$ gifchat join ws://host:8005/k3mw9x2a',
  'me@laptop:~$ npx gifchat join ws://host:8005/k3mw9x2a',
  'npx --yes gifchat@latest join ws://host:8005/k3mw9x2a',
  './node_modules/.bin/gifchat join ws://host:8005/k3mw9x2a',
  '"gifchat join ws://host:8005/k3mw9x2a"',
  "gifchat join 'ws://host:8005/k3mw9x2a'",
  '`gifchat join ws://host:8005/k3mw9x2a`.',
  '“ws://host:8005/k3mw9x2a”',
  '$ ws://host:8005/k3mw9x2a',
  'Come here: gifchat join ws://host:8005/k3mw9x2a',
  'GIFCHAT JOIN WS://HOST:8005/K3MW9X2A',
  'NPX GIFCHAT JOIN WS://HOST:8005/K3MW9X2A',
  'gifchat join host/k3mw9x2a',
  'gifchat join ws://host:8005/K3MW9X2A',
  'gifchat tail --json ws://host:8005/k3mw9x2a',
  'join ws://host:8005/k3mw9x2a',
  'gifchat join --lang ko ws://host:8005/k3mw9x2a',
  'join us at ws://host:8005/k3mw9x2a!',
  'oin ws://host:8005/k3mw9x2a',
  'TAIL WS://HOST:8005/K3MW9X2A',
  'send ws://host:8005/k3mw9x2a hello there',
  'tail --json "ws://host:8005/k3mw9x2a"',
]

for (const line of LINES) {
  test(`a room is named by the line ${JSON.stringify(line)}`, () => {
    assert.deepEqual(parseRoomAddress(addressInInviteLine(line), HERE), INVITE)
    assert.deepEqual(readInviteLine(line, HERE), INVITE)
  })
}

test('a line with an id alone is about the server here, also in capitals', () => {
  const invite = { server: HERE, room: 'k3mw9x2a' }
  for (const line of ['gifchat join k3mw9x2a', 'GIFCHAT JOIN K3MW9X2A'])
    assert.deepEqual(readInviteLine(line, HERE), invite)
  for (const id of ['k3mw9x2a', 'K3MW9X2A', ' "k3mw9x2a" ', 'join k3mw9x2a', 'TAIL K3MW9X2A'])
    assert.deepEqual(parseRoomAddress(addressInInviteLine(id), HERE), invite)
})

test('a line can lead to a server and its list of rooms', () => {
  assert.deepEqual(readInviteLine('gifchat --server ws://host:8005', HERE), {
    server: 'ws://host:8005',
    room: undefined,
  })
})

describe('where other texts may stand as well', () => {
  for (const text of [
    '',
    'lunch',
    'k3mw9x2a',
    '24/7',
    'and/or',
    'join us',
    'join k3mw9x2a',
    'about gifchat',
    'gifchat',
    'a.b/c',
  ]) {
    test(`${JSON.stringify(text)} is no invite`, () => assert.equal(readInviteLine(text, HERE), undefined))
  }

  test('a command with a wrong address is refused with a sentence', () => {
    for (const line of ['gifchat join ws://host', 'ws://host:8005', 'gifchat join no.id!'])
      assert.throws(() => readInviteLine(line, HERE), ServerAddressError)
  })
})

const COMMANDS: readonly (readonly [string, string])[] = [
  ['join gifchat join ws://host/k3mw9x2a', 'join ws://host/k3mw9x2a'],
  ['join $ npx gifchat join ws://host/k3mw9x2a --lang ko', 'join ws://host/k3mw9x2a --lang ko'],
  ['send npx -y gifchat JOIN ws://host/k3mw9x2a hello', 'send ws://host/k3mw9x2a hello'],
  ['tail GIFCHAT JOIN WS://HOST/K3MW9X2A', 'tail WS://HOST/K3MW9X2A'],
  ['JOIN WS://HOST/K3MW9X2A', 'join WS://HOST/K3MW9X2A'],
  ['join join ws://host/k3mw9x2a', 'join ws://host/k3mw9x2a'],
  ['tail JOIN K3MW9X2A --json', 'tail K3MW9X2A --json'],
  ['send join ws://host/k3mw9x2a hello', 'send ws://host/k3mw9x2a hello'],
  ['send join hello', 'send join hello'],
  ['join join', 'join join'],
  ['gifchat join ws://host/k3mw9x2a', 'join ws://host/k3mw9x2a'],
  ['npx gifchat', ''],
  ['send k3mw9x2a gifchat', 'send k3mw9x2a gifchat'],
  ['create JOIN', 'create JOIN'],
  ['--lang ko', '--lang ko'],
  ['', ''],
]
for (const [typed, read] of COMMANDS) {
  test(`the command line ${JSON.stringify(typed)} is read as ${JSON.stringify(read)}`, () => {
    const words = typed.split(' ').filter(Boolean)
    assert.deepEqual(withPastedLines(words), read.split(' ').filter(Boolean))
  })
}
