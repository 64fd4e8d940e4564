import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { BrokenServerError, ServerUnreachableError } from '../../../cli/connection/client-events.ts'
import { en } from '../../../cli/i18n/en.ts'
import { CLOSE_CODES, isReconnectableCloseCode } from '../../../protocol/close-codes.ts'
import { RequestError } from '../../../protocol/error-codes.ts'
import { LIMITS } from '../../../protocol/limits.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { holdClock } from '../../support/held-clock.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const states = (recorded: RecordedClient) => recorded.all('status').map(event => event.status.state)

test('I1: the first connection says hello with the given token and reports the new one', async () => {
  await using server = await FakeServer.start()
  const tokens: string[] = []
  const onToken = (token: string) => tokens.push(token)
  await using first = await RecordedClient.connect({ server: server.url, onToken })
  assert.deepEqual(tokens, ['user:1'])
  assert.equal(first.client.user?.id, 'user1')
  assert.deepEqual(states(first), ['connecting', 'open'])

  await using second = await RecordedClient.connect({ server: server.url, onToken, token: 'user:1' })
  assert.deepEqual(tokens, ['user:1'])
  const [known] = second.all('identity')
  assert.deepEqual([known?.user, known?.identity], [first.client.user, 'known'])
})

test('I1: the identity is the same after a reconnect', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  server.dropAll()
  await recorded.until(() => recorded.all('identity').length === 2)
  assert.deepEqual(
    recorded.all('identity').map(event => [event.user.id, event.identity]),
    [
      ['user1', 'new'],
      ['user1', 'known'],
    ],
  )
  assert.deepEqual(states(recorded), ['connecting', 'open', 'waiting', 'connecting', 'open'])
})

test('no server: a sentence, no second try, and another connect is possible', async () => {
  await using server = await FakeServer.start()
  await server.stop()
  await using recorded = new RecordedClient({ server: server.url })
  await assert.rejects(recorded.client.connect(), error => {
    assert.ok(error instanceof ServerUnreachableError)
    assert.deepEqual([error.reason, error.server], ['noAnswer', server.url])
    return true
  })
  assert.deepEqual(states(recorded), ['connecting', 'closed'])
  await server.listen()
  await recorded.client.connect()
  assert.equal(recorded.client.status.state, 'open')
})

test('no server at any address of a host name: the same sentence', async () => {
  await using server = await FakeServer.start()
  await server.stop()
  await using recorded = new RecordedClient({ server: `ws://localhost:${server.port}` })
  await assert.rejects(recorded.client.connect(), { reason: 'noAnswer' })
})

for (const [status, reason] of [
  [301, 'moved'],
  [401, 'loginNeeded'],
  [403, 'forbidden'],
  [404, 'nothingThere'],
  [418, 'notGifchat'],
  [502, 'serverAway'],
  [503, 'busy'],
  [504, 'serverSlow'],
] as const) {
  test(`an upgrade that is answered with HTTP ${status} has its own reason`, async () => {
    const http = createServer((_, response) => response.writeHead(status).end())
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const { port } = http.address() as AddressInfo
    await using recorded = new RecordedClient({ server: `ws://127.0.0.1:${port}` })
    await assert.rejects(recorded.client.connect(), error => {
      assert.ok(error instanceof ServerUnreachableError)
      assert.equal(error.reason, reason)
      return true
    })
    await new Promise(resolve => http.close(resolve))
  })
}

test('connect rejects with the reason if hello is refused', async () => {
  await using server = await FakeServer.start()
  server.script = request => {
    if (request.type === 'hello') throw new RequestError('unavailable', 'not now', { retryAfterMs: 5_000 })
    return undefined
  }
  await using recorded = new RecordedClient({ server: server.url })
  await assert.rejects(recorded.client.connect(), {
    name: 'RequestError',
    code: 'unavailable',
    retryAfterMs: 5_000,
  })
})

for (const [name, { code }] of Object.entries(CLOSE_CODES)) {
  // A close frame can't carry 1006. Losses of the network are tested in all of these files.
  if (name === 'abnormal') continue
  test(`K1: after ${name} (${code}) the client ${isReconnectableCloseCode(code) ? 'comes back' : 'stops and says why'}`, async () => {
    await using server = await FakeServer.start()
    await using recorded = await RecordedClient.connect({ server: server.url })
    for (const connection of server.connections) connection.close(code)
    if (isReconnectableCloseCode(code)) {
      await recorded.until(() => recorded.all('identity').length === 2)
      return
    }
    const closed = await recorded.event('status', event => event.status.state === 'closed')
    assert.ok(closed.status.state === 'closed' && closed.status.code === code)
    assert.match(en.connection.closed[closed.status.reason], /\.$/)
    await assert.rejects(recorded.client.listRooms(), { code: 'unavailable' })
  })
}

test('D9: after serverRestart the next try waits as long as the server asked', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url, random: () => 1 })
  const before = performance.now()
  for (const connection of server.connections) {
    connection.send({ type: 'serverRestart', retryAfterMs: 60_000 })
    connection.close(CLOSE_CODES.serverRestart.code)
  }
  const { status } = await recorded.event('status', event => event.status.state === 'waiting')
  assert.ok(status.state === 'waiting' && status.retryAt >= before + 60_000)
  assert.deepEqual(recorded.all('serverRestart'), [{ type: 'serverRestart', retryAfterMs: 60_000 }])
  recorded.client.reconnectNow()
  await recorded.until(() => recorded.all('identity').length === 2)
})

test('D10: the client tries again until the server is back, and counts its tries', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  await server.stop()
  const attempts = () =>
    recorded.all('status').flatMap(({ status }) => (status.state === 'waiting' ? [status.attempt] : []))
  await recorded.until(() => attempts().length >= 3)
  assert.deepEqual(attempts().slice(0, 3), [1, 2, 3])
  await server.listen()
  await recorded.until(() => recorded.all('identity').length === 2)
})

test('L4: a server that is silent for 45 s counts as dead, and a ping counts as a sign of life', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const passQuietly = holdClock(context)
  const pass = (milliseconds: number) => {
    passQuietly(milliseconds)
    context.mock.timers.tick(milliseconds)
  }
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  const [connection] = server.connections
  assert.ok(connection)
  pass(44_000)
  connection.socket.ping()
  await once(connection.socket, 'pong')
  pass(44_000)
  await recorded.client.listRooms()
  const closed = once(connection.socket, 'close')
  pass(45_000)
  await closed
  await recorded.event('status', event => event.status.state === 'waiting')
})

test('F5: unknown frames are ignored', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  for (const { socket } of server.connections) {
    socket.send('{"type":"room.somethingNew","room":"r1"}')
    socket.send('{"type":"somethingElse","id":"99"}')
    socket.send('not json')
    socket.send(Buffer.from([1, 2, 3]))
  }
  assert.deepEqual(await recorded.client.listRooms(), [])
  assert.equal(recorded.all('identity').length, 1)
})

test('an answer of a type from a later version fails its request at once', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  server.script = (request, connection) => {
    connection.socket.send(JSON.stringify({ type: 'room.pages', id: request.id }))
    return 'handled'
  }
  await assert.rejects(recorded.client.listRooms(), { code: 'internal' })
  assert.equal(recorded.client.status.state, 'open')
})

for (const [what, answer] of [
  ['is not as its type says', { type: 'room.list', rooms: 'many' }],
  ['breaks a limit', { type: 'room.list', rooms: [], cursor: null, total: 1e9 }],
  ['answers something else', { type: 'room.unsubscribed' }],
] as const) {
  test(`L5: an answer that ${what} ends the connection for good`, async () => {
    await using server = await FakeServer.start()
    await using recorded = await RecordedClient.connect({ server: server.url })
    server.script = (request, connection) => {
      connection.socket.send(JSON.stringify({ ...answer, id: request.id }))
      return 'handled'
    }
    await assert.rejects(
      recorded.client.listRooms(),
      error => error instanceof BrokenServerError && !error.isRetryable,
    )
    const { status } = recorded.client
    assert.equal(status.state === 'closed' && status.reason, 'notGifchat')
  })
}

test('K1: bytes that are no frames end a connection like a loss, and are no server before the first welcome', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1')
  const badGateway = Buffer.from('HTTP/1.1 502 Bad Gateway')
  for (const connection of server.connections) connection.sendBytes(badGateway)
  await recorded.event('joined', ({ isResume }) => isResume)
  assert.deepEqual(states(recorded), ['connecting', 'open', 'waiting', 'connecting', 'open'])
  server.script = (_, connection) => {
    connection.sendBytes(badGateway)
    return 'handled'
  }
  await assert.rejects(RecordedClient.connect({ server: server.url }), BrokenServerError)
  server.dropAll()
  await server.until(() => server.requests('hello').length === 5)
  server.script = () => undefined
  await recorded.until(() => recorded.all('joined').length === 3)
})

test('L1: a frame over 512 KiB ends the connection for good', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  for (const { socket } of server.connections) socket.send(' '.repeat(LIMITS.serverFrameBytes + 1))
  await recorded.until(() => recorded.client.status.state === 'closed')
  assert.deepEqual(states(recorded), ['connecting', 'open', 'closed'])
})

test('a first word that no server says is told at once', async () => {
  await using server = await FakeServer.start()
  server.script = (_, connection) => {
    connection.socket.send('220 mail.example ESMTP')
    return 'handled'
  }
  await assert.rejects(RecordedClient.connect({ server: server.url }), BrokenServerError)
})

test('R4: a list whose pages do not end, or bring nothing new, ends the connection for good', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  const { summary } = server.addRoom('r1')
  let pages = 0
  server.script = (request, connection) => {
    pages += 1
    const cursor = `after${pages}`
    connection.send({ type: 'room.list', id: request.id, rooms: [summary], cursor, total: 1 })
    return 'handled'
  }
  await assert.rejects(recorded.client.listRooms(), BrokenServerError)
  assert.equal(pages, 2)
})

test('C7: closing leaves every room, then closes with 1000', async () => {
  await using server = await FakeServer.start()
  for (const id of ['r1', 'r2']) server.addRoom(id)
  const recorded = await RecordedClient.connect({ server: server.url })
  for (const id of ['r1', 'r2']) await recorded.client.join(id)
  const [connection] = server.connections
  assert.ok(connection)
  const closed = once(connection.socket, 'close')
  await recorded.client.close()
  assert.deepEqual(
    server
      .requests('chat.leave')
      .map(request => request.room)
      .toSorted(),
    ['r1', 'r2'],
  )
  assert.equal((await closed)[0], 1_000)
  assert.equal(recorded.client.status.state, 'closed')
  await recorded.client.close()
})

test('closing during a wait ends the tries', async () => {
  await using server = await FakeServer.start()
  const recorded = await RecordedClient.connect({ server: server.url, random: () => 1 })
  server.dropAll()
  await recorded.event('status', event => event.status.state === 'waiting')
  await recorded.client.close()
  assert.deepEqual(states(recorded), ['connecting', 'open', 'waiting', 'closed'])
})
