import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { clientFrame } from '../../../bench/load/frame-reader.ts'
import { SUBPROTOCOL } from '../../../protocol/codec.ts'
import { UpgradeDelay } from '../../../server/transport/upgrade-delay.ts'
import { startTestServer, type TestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

test('L3 an address whose connections break rules again and again waits, for 5 s at most', () => {
  let now = 100_000
  const delay = new UpgradeDelay(() => now)
  for (let count = 0; count < 5; count++) delay.countBrokenRule('flood')
  assert.equal(delay.delayOf('flood'), 0, 'a few programs that fail are no flood')
  delay.countBrokenRule('flood')
  assert.equal(delay.delayOf('flood'), 1_000)
  for (let count = 0; count < 100; count++) delay.countBrokenRule('flood')
  assert.equal(delay.delayOf('flood'), 5_000)
  assert.equal(delay.delayOf('guest'), 0)
  now += 4_000
  assert.equal(delay.delayOf('flood'), 1_000)
  now += 1_000
  assert.equal(delay.delayOf('flood'), 0)
})

test('one broken rule a second delays nobody', () => {
  let now = 0
  const delay = new UpgradeDelay(() => now)
  for (; now < 60_000; now += 1_000) {
    delay.countBrokenRule('clumsy')
    assert.equal(delay.delayOf('clumsy'), 0)
  }
})

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
  '\r\n',
].join('\r\n')
const FLOOD = '127.0.1.1'

/** Breaks rules until the next upgrade from there waits. */
async function breakRules(server: TestServer): Promise<void> {
  for (let count = 0; count < 8; count++) {
    await using flooder = await WireClient.open(server.url, { localAddress: FLOOD })
    flooder.raw('no frame')
    await flooder.closed()
  }
}

/** A socket that has asked for an upgrade, with these bytes behind it. */
async function askForUpgrade(server: TestServer, behind: readonly Buffer[] = []) {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: FLOOD })
  const ended = new AbortController()
  socket.once('close', () => ended.abort())
  let text = ''
  socket.on('error', () => {})
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  await once(socket, 'connect')
  socket.write(Buffer.concat([Buffer.from(UPGRADE), ...behind]))
  const said = async (words: string) => {
    while (!text.includes(words)) await once(socket, 'data', { signal: ended.signal })
  }
  return { socket, said, text: () => text, [Symbol.dispose]: () => void socket.destroy() }
}

test('abuse 7: L3 who breaks rules and comes back at once waits, and who comes from elsewhere does not', async () => {
  await using server = await startTestServer()
  await breakRules(server)
  using flooder = await askForUpgrade(server)
  await using _guest = await WireClient.hello(server.url)
  assert.equal(flooder.text(), '')
  await flooder.said('101')
})

test('F6 what comes while an upgrade waits is taken in after it, in order', async () => {
  await using server = await startTestServer()
  await breakRules(server)
  const hello = clientFrame('{"type":"hello","id":"first"}')
  using flooder = await askForUpgrade(server, [hello])
  await using _guest = await WireClient.hello(server.url)
  flooder.socket.write(clientFrame('{"type":"room.list","id":"second"}'))
  await flooder.said('"id":"second"')
  assert.ok(flooder.text().indexOf('"id":"first"') < flooder.text().indexOf('"id":"second"'))
})

test('L3 upgrades that wait count as connections, and a server that ends does not wait for them', async () => {
  const server = await startTestServer({ connectionsPerAddress: 3 })
  await breakRules(server)
  using first = await askForUpgrade(server)
  using second = await askForUpgrade(server)
  using third = await askForUpgrade(server)
  using fourth = await askForUpgrade(server)
  await fourth.said('503')
  const waiting = [first, second, third]
  assert.deepEqual(
    waiting.map(({ text }) => text()),
    ['', '', ''],
  )
  await Promise.all([server[Symbol.asyncDispose](), ...waiting.map(({ said }) => said('503'))])
})
