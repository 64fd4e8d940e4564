import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { isReconnectableCloseCode } from '../../../protocol/close-codes.ts'
import { SUBPROTOCOL } from '../../../protocol/codec.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

test('L4 a peer that answers no ping is cut off, its seat is released, and the members are told', async () => {
  await using server = await startTestServer({ heartbeatMs: 30, seatHoldMs: 1 })
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'heart' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const dead = new WebSocket(server.url, SUBPROTOCOL, { autoPong: false })
  await once(dead, 'open')
  dead.send(JSON.stringify({ type: 'hello', id: '1' }))
  dead.send(JSON.stringify({ type: 'chat.join', id: '2', room: room.id }))
  await owner.event('chat.join', ({ people }) => people === 2)
  assert.equal((await owner.event('chat.exit')).people, 1)
  // The owner's socket has answered every ping, so the owner stays.
  await owner.ask({ type: 'room.list' }, 'room.list')
  dead.terminate()
})

test('D8 a stalled reader is closed with a reconnectable code and resumes, and the others miss nothing', async () => {
  await using server = await startTestServer({ sendBufferBytes: 1024 * 1024 })
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'slow' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using neighbour = await WireClient.hello(server.url)
  await neighbour.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const stalled = await WireClient.hello(server.url)
  await stalled.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  stalled.webSocket.pause()
  const text = '가'.repeat(2_000)
  let said = 0
  // The kernel buffers some megabytes before the server notices that nobody reads.
  while (server.log.lines.every(line => !line.includes('slowConsumer'))) {
    await Promise.all(
      Array.from({ length: 50 }, () =>
        owner.ask({ type: 'chat.send', room: room.id, clientMessageId: `m${++said}`, text }, 'chat.ack'),
      ),
    )
    assert.ok(said < 20_000, 'the stalled reader was never closed')
  }
  stalled.webSocket.resume()
  const code = await stalled.closed()
  assert.ok(isReconnectableCloseCode(code), String(code))
  await neighbour.event('chat.chat', ({ message }) => message.seq === said)
  assert.deepEqual(
    neighbour.all('chat.chat').map(({ message }) => message.seq),
    Array.from({ length: said }, (_, index) => index + 1),
  )
  await using back = await WireClient.hello(server.url, stalled.token)
  // So many of these texts fit one answer (PROTOCOL.md D6).
  const joined = await back.ask({ type: 'chat.join', room: room.id, sinceSeq: said - 40 }, 'chat.joined')
  assert.equal(joined.messages.length, 40)
})
