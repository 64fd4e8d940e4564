import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isReconnectableCloseCode } from '../../../protocol/close-codes.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { type Request, WireClient } from '../../support/wire-client.ts'

const join = (room: string, more: object = {}) => ({ type: 'chat.join', room, ...more }) as const

test('F2 I1 a frame that breaks the protocol closes the connection with a code of its own', async () => {
  await using server = await startTestServer({ helloTimeoutMs: 60_000 })
  const cases: readonly (readonly [string, string | Buffer, number])[] = [
    ['not JSON', 'hello', 4400],
    ['half a JSON', '{"type":"hello",', 4400],
    ['an array', '[]', 4400],
    ['null', 'null', 4400],
    ['a number', '1', 4400],
    ['no id', '{"type":"room.list"}', 4400],
    ['an id that is no text', '{"type":"room.list","id":7}', 4400],
    ['an id too long', JSON.stringify({ type: 'room.list', id: 'i'.repeat(65) }), 4400],
    ['binary', Buffer.from('{"type":"room.list","id":"1"}'), 1003],
    ['10 MB', JSON.stringify({ type: 'room.list', id: '1', pad: 'x'.repeat(10_000_000) }), 1009],
    ['a second hello', '{"type":"hello","id":"2"}', 4401],
  ]
  for (const [name, frame, code] of cases) {
    const client = await WireClient.hello(server.url)
    client.raw(frame)
    assert.equal(await client.closed(), code, name)
    assert.equal(isReconnectableCloseCode(code), false, name)
  }
  const early = await WireClient.open(server.url)
  early.raw('{"type":"room.list","id":"1"}')
  assert.equal(await early.closed(), 4401)
  await using alive = await WireClient.hello(server.url)
  await alive.ask({ type: 'room.list' }, 'room.list')
})

test('I1 a connection without a hello is closed', async () => {
  await using server = await startTestServer({ helloTimeoutMs: 1 })
  const silent = await WireClient.open(server.url)
  assert.equal(await silent.closed(), 4408)
})

test('F4 unknown types, unknown fields and fields of a wrong type are answered with an error', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  const unknown = await client.refused({ type: 'room.destroy' } as unknown as Request)
  assert.equal(unknown.code, 'unknownType')
  const wrong: readonly (readonly [object, string])[] = [
    [{ type: 'room.list', extra: 1 }, 'extra'],
    [{ type: 'room.list', limit: 0 }, 'limit'],
    [{ type: 'room.list', limit: 'all' }, 'limit'],
    [{ type: 'chat.join' }, 'room'],
    [{ type: 'chat.join', room: { $ne: null } }, 'room'],
    [{ type: 'chat.join', room: 'x', sinceSeq: -1 }, 'sinceSeq'],
    [{ type: 'chat.join', room: 'x', sinceSeq: 1e30 }, 'sinceSeq'],
    [{ type: 'chat.send', room: 'x', clientMessageId: 'a' }, 'text'],
    [{ type: 'chat.send', room: 'x', clientMessageId: '', text: 'a' }, 'clientMessageId'],
    [{ type: 'chat.send', room: 'x', clientMessageId: 'a', text: 'a', user: { id: 'somebody' } }, 'user'],
    [{ type: 'chat.send', room: 'x', clientMessageId: 'a', text: 'a', replyTo: 0 }, 'replyTo'],
    [{ type: 'chat.send', room: 'x', clientMessageId: 'a', text: 'a', replyTo: '1' }, 'replyTo'],
    [{ type: 'chat.send', room: 'x', clientMessageId: 'a', text: 'a', replyTo: 1.5 }, 'replyTo'],
    [{ type: 'chat.typing', room: 'x', text: 'what I write' }, 'text'],
    [{ type: 'chat.sendGif', room: 'x', clientMessageId: 'a', gif: '../../etc/passwd', name: 'a' }, 'gif'],
  ]
  for (const [request, field] of wrong) {
    // The type is wrong on purpose.
    const error = await client.refused(request as Request)
    assert.deepEqual([error.code, error.field], ['invalidRequest', field], JSON.stringify(request))
  }
  client.raw('{"type":"room.list","id":"p","__proto__":{"limit":1}}')
  await client.event('error', error => error.id === 'p')
})

test('C1 every verb is refused without a seat: before a join, after a wrong password, after leaving', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask(
    { type: 'room.create', title: 'closed', password: 'canary' },
    'room.created',
  )
  await owner.ask(join(room.id, { password: 'canary' }), 'chat.joined')
  const verbs: readonly Request[] = [
    { type: 'chat.send', room: room.id, clientMessageId: 'x', text: 'side door' },
    { type: 'chat.sendGif', room: room.id, clientMessageId: 'x', gif: 'A'.repeat(22), name: 'x.gif' },
    { type: 'chat.typing', room: room.id },
    { type: 'chat.history', room: room.id },
    { type: 'chat.leave', room: room.id },
  ]
  await using never = await WireClient.hello(server.url)
  await using wrong = await WireClient.hello(server.url)
  assert.equal((await wrong.refused(join(room.id, { password: 'no' }))).code, 'wrongPassword')
  await using left = await WireClient.hello(server.url)
  // The owner on another connection: joined through the held seat (T3), and then left.
  await using twin = await WireClient.hello(server.url, owner.token)
  await twin.ask(join(room.id), 'chat.joined')
  await twin.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
  for (const client of [never, wrong, left, twin]) {
    for (const verb of verbs) assert.equal((await client.refused(verb)).code, 'notInRoom', verb.type)
  }
  const http = server.url.replace('ws:', 'http:')
  const gifs = `${http}/rooms/${room.id}/gifs`
  const gif = `${gifs}/${'A'.repeat(22)}`
  for (const [authorization, status] of [
    [undefined, 401],
    ['Bearer nonsense', 401],
    [`Bearer ${never.token}x`, 401],
    [`Bearer ${never.token}`, 403],
    [`Bearer ${wrong.token}`, 403],
  ] as const) {
    const headers = authorization === undefined ? {} : { authorization }
    for (const [url, method] of [[gifs, 'POST'] as const, [gif, 'GET'] as const]) {
      const response = await fetch(url, { method, headers, ...(method === 'POST' ? { body: 'GIF89a' } : {}) })
      assert.equal(response.status, status, `${method} ${authorization}`)
    }
    for (const method of ['DELETE', 'PUT', 'PATCH']) {
      assert.equal((await fetch(gif, { method, headers })).status, 404)
    }
  }
  assert.equal(owner.all('chat.chat').length, 0)
})

test('a password is in no frame, no list and no log line', async () => {
  await using server = await startTestServer()
  await using watcher = await WireClient.hello(server.url)
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask(
    { type: 'room.create', title: 'secret', password: 'canary-5ecret' },
    'room.created',
  )
  await owner.ask(join(room.id, { password: 'canary-5ecret' }), 'chat.joined')
  await using guest = await WireClient.hello(server.url)
  await guest.refused(join(room.id, { password: 'canary-guess' }))
  await guest.refused({ type: 'room.create', title: '', password: 'canary-5ecret' })
  await watcher.ask({ type: 'room.list' }, 'room.list')
  await watcher.event('room.newRoom')
  for (const client of [watcher, owner, guest]) {
    for (const frame of client.frames) assert.ok(!/canary|scrypt/.test(frame), frame)
  }
  assert.ok(!server.log.lines.some(line => /canary|scrypt/.test(line)))
  assert.ok(!server.log.lines.some(line => line.includes(owner.token)))
})

test('L2 a flood of any verb is refused and then closed, and others notice nothing', async () => {
  await using server = await startTestServer({ requestsPerSecond: 5, messagesPerSecond: 2 })
  await using neighbour = await WireClient.hello(server.url)
  for (const frame of [
    '{"type":"room.list","id":"1"}',
    '{"type":"room.unsubscribe","id":"1"}',
    '{"type":"nonsense","id":"1"}',
    '{"type":"chat.join","id":"1","room":"none"}',
    '{"type":"chat.history","id":"1","room":"none"}',
    '{"type":"chat.typing","id":"1","room":"none"}',
  ]) {
    const flooder = await WireClient.hello(server.url)
    for (let index = 0; index < 400; index++) flooder.raw(frame)
    assert.equal(await flooder.closed(), 4429, frame)
    assert.ok(
      flooder.all('error').some(error => error.code === 'rateLimited' && (error.retryAfterMs ?? 0) > 0),
    )
  }
  const pinger = await WireClient.hello(server.url)
  for (let index = 0; index < 400 && pinger.webSocket.readyState === pinger.webSocket.OPEN; index++) {
    // One by one, since `ws` itself cuts off a client with many unanswered pings.
    const ponged = new Promise(resolve => pinger.webSocket.once('pong', resolve))
    pinger.webSocket.ping()
    await Promise.race([ponged, pinger.closed()])
  }
  assert.equal(await pinger.closed(), 4429)
  await neighbour.ask({ type: 'room.list' }, 'room.list')
})

test('L2 a forged X-Forwarded-For changes nothing', async () => {
  await using server = await startTestServer({ creationsPerMinute: 3 })
  const codes: string[] = []
  for (let index = 0; index < 10; index++) {
    const client = await WireClient.open(server.url, {
      headers: { 'X-Forwarded-For': `10.0.0.${index}`, 'X-Real-IP': `10.0.0.${index}` },
    })
    await client.ask({ type: 'hello' }, 'welcome')
    const answer = await client.request({ type: 'room.create', title: 'mine' })
    codes.push(answer.type === 'error' ? answer.code : answer.type)
    await client[Symbol.asyncDispose]()
  }
  assert.equal(codes.filter(code => code === 'room.created').length, 3)
  assert.equal(codes.filter(code => code === 'rateLimited').length, 7)
})

test('F1 web pages that are not allowed and clients without the subprotocol are refused', async () => {
  await using server = await startTestServer({ allowedOrigins: 'https://chat.example' })
  await assert.rejects(WireClient.open(server.url, { headers: { Origin: 'https://evil.example' } }), /403/)
  await using allowed = await WireClient.open(server.url, { headers: { Origin: 'https://chat.example' } })
  await allowed.ask({ type: 'hello' }, 'welcome')
  const { WebSocket } = await import('ws')
  await assert.rejects(new Promise((_, reject) => new WebSocket(server.url).on('error', reject)), /400/)
  await assert.rejects(WireClient.open(`${server.url}/elsewhere`), /404/)
})

test('whatever a client sends, it is answered or closed, and the server goes on', async () => {
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
  const type = fc.oneof(
    fc.constantFrom(
      'hello',
      'room.list',
      'room.create',
      'room.subscribe',
      'chat.join',
      'chat.send',
      'chat.sendGif',
      'chat.typing',
      'chat.history',
    ),
    text,
  )
  const key = fc.constantFrom(
    'title',
    'max',
    'password',
    'room',
    'text',
    'gif',
    'name',
    'sinceSeq',
    'replyTo',
    'token',
    '__proto__',
    'constructor',
  )
  const request = fc.tuple(type, fc.dictionary(key, value, { maxKeys: 5 }))
  await fc.assert(
    fc.asyncProperty(request, async ([type, fields]) => {
      const client = await WireClient.hello(server.url)
      const outcome = client.request({ ...fields, type } as unknown as Request).then(
        answer => answer.type,
        () => 'closed',
      )
      assert.ok(await outcome)
      await client[Symbol.asyncDispose]()
      await witness.ask({ type: 'room.list', limit: 1 }, 'room.list')
    }),
    { numRuns: 150 },
  )
  assert.ok(!server.log.lines.some(line => line.includes('unforeseen')), server.log.lines.join('\n'))
})
