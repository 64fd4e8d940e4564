import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReconnectableCloseCode } from '../../../protocol/close-codes.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { type Request, WireClient } from '../../support/wire-client.ts'

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
    ['deep', `{"type":"room.list","id":"1","limit":${'['.repeat(9_000)}${']'.repeat(9_000)}}`, 4400],
    ['many values', JSON.stringify({ type: 'room.list', id: '1', limit: Array(500).fill(0) }), 4400],
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

test('F1 web pages that are not allowed and clients without the subprotocol are refused', async () => {
  await using server = await startTestServer({ allowedOrigins: 'https://chat.example' })
  await assert.rejects(WireClient.open(server.url, { headers: { Origin: 'https://evil.example' } }), /403/)
  await using allowed = await WireClient.open(server.url, { headers: { Origin: 'https://chat.example' } })
  await allowed.ask({ type: 'hello' }, 'welcome')
  const { WebSocket } = await import('ws')
  await assert.rejects(new Promise((_, reject) => new WebSocket(server.url).on('error', reject)), /400/)
  await assert.rejects(WireClient.open(`${server.url}/elsewhere`), /404/)
})
