// Abuse 7: floods by many identities that cost nothing, and by pieces of requests. How a crowd is
// told to a room is in test/server/session/messages.test.ts (C5), hints in typing.test.ts there,
// and how long such floods keep others waiting in `npm run abuse`.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { holdClock } from '../support/held-clock.ts'
import { WireClient } from '../support/wire-client.ts'

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: gifchat.v1',
  '\r\n',
].join('\r\n')

/** A connection of bytes. `closed` resolves with all that came back. */
async function rawConnection(server: TestServer) {
  const socket = connect(server.port, '127.0.0.1')
  const received: Buffer[] = []
  socket.on('data', chunk => received.push(chunk))
  socket.on('error', () => {})
  const text = () => Buffer.concat(received).toString('latin1')
  const closed = new Promise<string>(resolve => socket.once('close', () => resolve(text())))
  await once(socket, 'connect')
  return { socket, text, closed }
}

async function upgraded(server: TestServer) {
  const connection = await rawConnection(server)
  connection.socket.write(UPGRADE)
  while (!connection.text().includes('\r\n\r\n')) await once(connection.socket, 'data')
  return connection
}

/** A masked frame with a mask of zeros. */
const frame = (first: number, payload: string): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)])
const TEXT = 0x01
const CONTINUED = 0x00

/** Writes until the server ends the connection. */
async function writeOn(socket: Socket, bytes: Buffer | string, closed: Promise<unknown>): Promise<number> {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  }
  socket.on('drain', more)
  more()
  await closed
  return socket.bytesWritten
}

const serves = async (server: TestServer): Promise<void> => {
  await using client = await WireClient.hello(server.url)
  await client.ask({ type: 'room.list' }, 'room.list')
}

test('abuse 7: F2 a message of fragments of one byte ends its connection after a few', async () => {
  await using server = await startTestServer()
  const { socket, closed } = await upgraded(server)
  socket.write(frame(TEXT, '{'))
  const sent = await writeOn(socket, Buffer.concat(Array(64).fill(frame(CONTINUED, '"'))), closed)
  assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were taken`)
  await serves(server)
})

/** The beginning of a frame of a tebibyte. */
const ENDLESS = Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
const listRequest = frame(0x81, '{"type":"room.list","id":"1"}')

for (const [name, first, more] of [
  ['refused requests', listRequest, Buffer.concat(Array(1_000).fill(listRequest))],
  ['pings', listRequest, Buffer.concat(Array(1_000).fill(frame(0x89, '')))],
  ['a frame of a tebibyte', ENDLESS, Buffer.alloc(64 * 1024)],
] as const) {
  test(`abuse 7: L2 who goes on sending ${name} is cut off soon, and not read to the end`, async () => {
    await using server = await startTestServer({ requestsPerSecond: 100 })
    const { socket, closed } = await upgraded(server)
    socket.write(frame(0x81, '{"type":"hello","id":"1"}'))
    socket.write(first)
    const sent = await writeOn(socket, more, closed)
    assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were taken`)
    await serves(server)
  })
}

test('abuse 7: I1 a frame that is never complete is no hello, and its connection is closed in time', async () => {
  await using server = await startTestServer({ helloTimeoutMs: 200 })
  const connections = await Promise.all(Array.from({ length: 50 }, () => upgraded(server)))
  for (const { socket } of connections) socket.write(Buffer.from([0x81, 0xfe, 0x7f, 0x00, 1, 2, 3, 4, 0x7b]))
  await serves(server)
  for (const { closed } of connections) assert.match(await closed, /helloTimeout/)
})

test('abuse 7: a request byte by byte is taken, and one whose headers never end is not', async () => {
  await using server = await startTestServer()
  const slow = await rawConnection(server)
  for (const byte of 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n') slow.socket.write(byte)
  assert.match(await slow.closed, /^HTTP\/1\.1 200 /)
  for (const header of ['x: y\r\n', `x: ${'y'.repeat(1_000)}\r\n`, 'y'.repeat(1_000)]) {
    const endless = await rawConnection(server)
    endless.socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
    const sent = await writeOn(endless.socket, header, endless.closed)
    assert.match(await endless.closed, /^(?:HTTP\/1\.1 431 |$)/)
    assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were taken`)
  }
  await serves(server)
})

test('abuse 7: F1 an upgrade with a thousand headers or protocols opens one connection at most', async () => {
  await using server = await startTestServer()
  const headers = UPGRADE.replace('\r\n\r\n', `\r\n${'x: y\r\n'.repeat(1_000)}\r\n`)
  const protocols = UPGRADE.replace('gifchat.v1', `${'a,'.repeat(1_000)}gifchat.v1`)
  for (const bytes of [headers, protocols]) {
    const { socket, text } = await rawConnection(server)
    socket.write(bytes)
    await once(socket, 'data')
    assert.match(text(), /^HTTP\/1\.1 (?:101|4\d\d) /)
    socket.destroy()
  }
  await serves(server)
})

test('abuse 7: L2 however many identities one address has, it opens rooms at one rate', async context => {
  holdClock(context)
  await using server = await startTestServer({ creationsPerMinute: 5 })
  const outcomes: string[] = []
  for (let index = 0; index < 12; index++) {
    await using client = await WireClient.hello(server.url)
    outcomes.push((await client.request({ type: 'room.create', title: 'x' })).type)
  }
  assert.equal(outcomes.filter(type => type === 'room.created').length, 5)
})

test('abuse 7: C5 a storm of joins and leaves by fifty people is told in few frames, and ends as it began', async () => {
  await using server = await startTestServer()
  await using witness = await WireClient.hello(server.url)
  const { room } = await witness.ask({ type: 'room.create', title: 'x', max: 100 }, 'room.created')
  await witness.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const crowd = await Promise.all(Array.from({ length: 50 }, () => WireClient.hello(server.url)))
  const ROUNDS = 10
  await Promise.all(
    crowd.map(async client => {
      for (let round = 0; round < ROUNDS; round++) {
        await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
        await client.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
      }
    }),
  )
  const { members } = await witness.ask({ type: 'chat.join', room: room.id, sinceSeq: 0 }, 'chat.joined')
  assert.deepEqual(
    members.map(({ id }) => id),
    [witness.userId],
  )
  const told = witness.all('chat.exit').length + witness.all('chat.join').length
  assert.ok(told < crowd.length * ROUNDS, `${told} frames`)
  for (const client of crowd) await client[Symbol.asyncDispose]()
})
