// Abuse 4: input that nobody expects ends the server. Frames that break the protocol are in
// test/server/session/refusals.test.ts, and what a client makes of them in hostile-server.test.ts.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClientMessage, clientMessageSchema } from '../../protocol/client-messages.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { type Request, WireClient } from '../support/wire-client.ts'

/** The server made no mistake, and serves the next one. */
async function assertUnharmed(server: TestServer): Promise<void> {
  await using client = await WireClient.hello(server.url)
  await client.ask({ type: 'room.list' }, 'room.list')
  assert.deepEqual(
    server.log.lines.filter(line => line.includes('unforeseen')),
    [],
  )
  assert.equal(Object.keys(Object.prototype).length, 0)
}

/** Sends bytes and resolves with all that comes back, once the server ends the connection. */
async function answerTo(server: TestServer, bytes: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  const received: Buffer[] = []
  socket.on('data', chunk => received.push(chunk))
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.end(bytes, 'latin1')
  await new Promise(resolve => socket.once('close', resolve))
  return Buffer.concat(received).toString('latin1')
}

const request = (line: string, ...headers: readonly string[]) => [line, ...headers, '\r\n'].join('\r\n')
const UPGRADE = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
const PROTOCOL = 'Sec-WebSocket-Protocol: gifchat.v1'

/** Requests whose headers are missing or wrong, each with the beginning of its answer. */
const REQUESTS: Readonly<Record<string, readonly [string, RegExp]>> = {
  'an upgrade without a Host': [
    request('GET / HTTP/1.1', ...UPGRADE.slice(1), KEY, PROTOCOL),
    /^HTTP\/1\.1 101/,
  ],
  'an upgrade without a key': [request('GET / HTTP/1.1', ...UPGRADE, PROTOCOL), /^HTTP\/1\.1 400/],
  'an upgrade with a wrong key': [
    request('GET / HTTP/1.1', ...UPGRADE, 'Sec-WebSocket-Key: x', PROTOCOL),
    /^HTTP\/1\.1 400/,
  ],
  'an upgrade without a version': [
    request('GET / HTTP/1.1', ...UPGRADE.slice(0, 3), KEY, PROTOCOL),
    /^HTTP\/1\.1 4/,
  ],
  'an upgrade without a subprotocol': [request('GET / HTTP/1.1', ...UPGRADE, KEY), /^HTTP\/1\.1 400/],
  'an upgrade with a list of nothing': [
    request('GET / HTTP/1.1', ...UPGRADE, KEY, 'Sec-WebSocket-Protocol: ,,,'),
    /^HTTP\/1\.1 400/,
  ],
  'an upgrade with a POST': [request('POST / HTTP/1.1', ...UPGRADE, KEY, PROTOCOL), /^HTTP\/1\.1 405/],
  'an upgrade to something else': [
    request('GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c', KEY, PROTOCOL),
    /^HTTP\/1\.1 4/,
  ],
  'an upgrade from a page at no address': [
    request('GET / HTTP/1.1', ...UPGRADE, KEY, PROTOCOL, 'Origin: null', 'Referer: ://'),
    /^HTTP\/1\.1 403/,
  ],
  'a path that is no address': [
    request('GET //[ HTTP/1.1', 'Host: x', 'Connection: close'),
    /^HTTP\/1\.1 404/,
  ],
  'an address in place of a path': [
    request('GET http://[::1/rooms/x/gifs HTTP/1.1', 'Host: x', 'Connection: close'),
    /^HTTP\/1\.1 404/,
  ],
  'an escape without digits': [
    request('GET /rooms/%/gifs/%zz HTTP/1.1', 'Host: x', 'Connection: close'),
    /^HTTP\/1\.1 404/,
  ],
  'a room that is a property of every object': [
    request('POST /rooms/__proto__/gifs HTTP/1.1', 'Host: x', 'Connection: close'),
    /^HTTP\/1\.1 401/,
  ],
  'NUL in a path': [request('GET /rooms/\0/gifs HTTP/1.1', 'Host: x'), /^HTTP\/1\.1 400/],
  'NUL in a header': [request('GET / HTTP/1.1', 'Host: x', 'Authorization: Bearer \0'), /^HTTP\/1\.1 400/],
  'a token of brackets': [
    request(
      'POST /rooms/x/gifs HTTP/1.1',
      'Host: x',
      'Authorization: Bearer [object Object]',
      'Connection: close',
    ),
    /^HTTP\/1\.1 401/,
  ],
  'a length below zero': [
    request('POST /rooms/x/gifs HTTP/1.1', 'Host: x', 'Content-Length: -1'),
    /^HTTP\/1\.1 400/,
  ],
  'two lengths': [
    request('POST /rooms/x/gifs HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2'),
    /^HTTP\/1\.1 400/,
  ],
  'a length and chunks': [
    request('POST /rooms/x/gifs HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    /^HTTP\/1\.1 400/,
  ],
  'no method': [request(' / HTTP/1.1', 'Host: x'), /^HTTP\/1\.1 400/],
  'a method of its own': [request('HELLO / HTTP/1.1', 'Host: x'), /^HTTP\/1\.1 400/],
  'an asterisk': [request('OPTIONS * HTTP/1.1', 'Host: x', 'Connection: close'), /^HTTP\/1\.1 404/],
  'a tunnel': [request('CONNECT example.org:80 HTTP/1.1', 'Host: x'), /^(?:HTTP\/1\.1 4|$)/],
  'a version of its own': [request('GET / HTTP/9.9', 'Host: x'), /^HTTP\/1\.1 (?:400|505)/],
  TLS: ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^(?:HTTP\/1\.1 400|$)/],
  nothing: ['', /^$/],
}

for (const [name, [bytes, answer]] of Object.entries(REQUESTS)) {
  test(`abuse 4: F1 ${name} is answered or closed, and the server goes on`, async () => {
    await using server = await startTestServer()
    assert.match(await answerTo(server, bytes), answer)
    await assertUnharmed(server)
  })
}

/** A right request of each type. A new type does not compile until it is here. */
const RIGHT: { readonly [Type in ClientMessage['type']]: Readonly<Record<string, unknown>> } = {
  hello: { token: 'x', client: 'x', role: 'bot' },
  'room.list': { cursor: 'x', limit: 1 },
  'room.subscribe': { limit: 1 },
  'room.unsubscribe': {},
  'room.create': { title: 'x', max: 2, password: 'x' },
  'chat.join': { room: 'x', password: 'x', sinceSeq: 0 },
  'chat.leave': { room: 'x' },
  'chat.send': { room: 'x', clientMessageId: 'x', text: 'x', replyTo: 1 },
  'chat.sendGif': { room: 'x', clientMessageId: 'x', gif: 'A'.repeat(22), name: 'x', replyTo: 1 },
  'chat.typing': { room: 'x' },
  'chat.history': { room: 'x', beforeSeq: 1, limit: 1 },
}

/** Values of a wrong type, whatever the field. */
const WRONG: readonly unknown[] = [null, true, [], ['x'], {}, { $gt: '' }, { toString: 1 }, -1.5, 1e308]

test('abuse 4: F4 each field of each request refuses every value of a wrong type, by its name', async () => {
  for (const { shape } of clientMessageSchema.options) {
    const [type = 'hello'] = shape.type.def.values
    const fields = Object.keys(shape).filter(field => field !== 'type' && field !== 'id')
    // The table above has them all.
    assert.deepEqual(Object.keys(RIGHT[type]).toSorted(), fields.toSorted(), type)
  }
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  for (const [type, right] of Object.entries(RIGHT)) {
    for (const field of Object.keys(right)) {
      for (const value of WRONG) {
        const wrong = { ...right, type, [field]: value }
        // The type is wrong on purpose.
        const error = await client.refused(wrong as unknown as Request)
        assert.deepEqual([error.code, error.field], ['invalidRequest', field], JSON.stringify(wrong))
      }
    }
  }
  await assertUnharmed(server)
})

test('abuse 4: F4 a name of every object is an unknown field, in each request', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  for (const [type, right] of Object.entries(RIGHT)) {
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
      const id = `${type} ${name}`
      client.raw(
        JSON.stringify({ ...right, type, id }).replace('{', `{${JSON.stringify(name)}:{"isAdmin":true},`),
      )
      const { code } = await client.event('error', error => error.id === id)
      assert.equal(code, 'invalidRequest', id)
    }
  }
  await assertUnharmed(server)
})

test('abuse 4: NUL, lone surrogates and the end of Unicode come back as they are, or as U+FFFD', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  const { room } = await client.ask({ type: 'room.create', title: 'a\0b' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const texts = [
    'a\0b',
    'a\ud800',
    '\udc00a',
    'a\u{10ffff}',
    '\ufeffa',
    'a\u2028b',
    '{"type":"chat.exit"}\n{}',
  ]
  for (const [index, text] of texts.entries()) {
    await client.ask({ type: 'chat.send', room: room.id, clientMessageId: `m${index}`, text }, 'chat.ack')
  }
  const { messages } = await client.ask({ type: 'chat.history', room: room.id }, 'chat.history')
  assert.deepEqual(
    messages.map(message => 'text' in message && message.text),
    texts.map(text => text.toWellFormed()),
  )
  await assertUnharmed(server)
})

test('abuse 4: whatever a client sends, it is answered or closed, and the server goes on', async () => {
  await using server = await startTestServer()
  await using witness = await WireClient.hello(server.url)
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const value = fc.oneof(
    text,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.object({ maxDepth: 2 }),
  )
  const type = fc.oneof(fc.constantFrom(...Object.keys(RIGHT)), text)
  const names = new Set(Object.values(RIGHT).flatMap(fields => Object.keys(fields)))
  const key = fc.constantFrom(...names, '__proto__', 'constructor')
  const anyRequest = fc.tuple(type, fc.dictionary(key, value, { maxKeys: 5 }))
  await fc.assert(
    fc.asyncProperty(anyRequest, async ([type, fields]) => {
      const client = await WireClient.hello(server.url)
      const outcome = client.request({ ...fields, type } as unknown as Request).then(
        answer => answer.type,
        () => 'closed',
      )
      assert.ok(await outcome)
      await client[Symbol.asyncDispose]()
      await witness.ask({ type: 'room.list', limit: 1 }, 'room.list')
    }),
    { numRuns: 150, seed: 19 },
  )
  await assertUnharmed(server)
})
