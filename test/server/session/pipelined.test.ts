import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { LIMITS } from '../../../protocol/limits.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

test('F6 join, send and leave in one write are handled in that order, even with a password', async () => {
  await using server = await startTestServer()
  for (const password of [undefined, 'tangerine']) {
    await using client = await WireClient.hello(server.url)
    const { room } = await client.ask({ type: 'room.create', title: 'pipe', password }, 'room.created')
    const answers = await Promise.all([
      client.request({ type: 'chat.join', room: room.id, password }),
      client.request({ type: 'chat.send', room: room.id, clientMessageId: 'a', text: 'one' }),
      client.request({ type: 'chat.send', room: room.id, clientMessageId: 'b', text: 'two' }),
      client.request({ type: 'chat.history', room: room.id }),
    ])
    assert.deepEqual(
      answers.map(({ type }) => type),
      ['chat.joined', 'chat.ack', 'chat.ack', 'chat.history'],
    )
    const [joined, left] = await Promise.all([
      client.request({ type: 'chat.join', room: room.id, password }),
      client.request({ type: 'chat.leave', room: room.id }),
    ])
    assert.deepEqual([joined.type, left.type], ['chat.joined', 'chat.left'])
    const late = await client.refused({ type: 'chat.send', room: room.id, clientMessageId: 'c', text: 'x' })
    assert.equal(late.code, 'notInRoom')
  }
})

test("C2 joins in one write can't take more seats than a connection may have", async () => {
  await using server = await startTestServer({ roomsPerUser: 100 })
  await using client = await WireClient.hello(server.url)
  const rooms: string[] = []
  for (let index = 0; index < LIMITS.roomsPerConnection + 8; index++) {
    rooms.push((await client.ask({ type: 'room.create', title: `room ${index}` }, 'room.created')).room.id)
  }
  const answers = await Promise.all(rooms.map(room => client.request({ type: 'chat.join', room })))
  assert.equal(answers.filter(({ type }) => type === 'chat.joined').length, LIMITS.roomsPerConnection)
  assert.equal(answers.filter(answer => answer.type === 'error' && answer.code === 'tooManySeats').length, 8)
})

test('requests after a frame that closed the connection are not carried out', async () => {
  await using server = await startTestServer()
  await using witness = await WireClient.hello(server.url)
  const { room } = await witness.ask({ type: 'room.create', title: 'closed' }, 'room.created')
  await witness.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const client = await WireClient.hello(server.url)
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  client.raw('{"type":"hello","id":"again"}')
  client.raw(
    JSON.stringify({ type: 'chat.send', id: 'x', room: room.id, clientMessageId: 'x', text: 'ghost' }),
  )
  assert.equal(await client.closed(), 4401)
  await witness.ask({ type: 'chat.send', room: room.id, clientMessageId: 'y', text: 'real' }, 'chat.ack')
  assert.deepEqual(
    witness.all('chat.chat').map(({ message }) => 'text' in message && message.text),
    ['real'],
  )
})

test('a refused upgrade ends its connection and does not delay a stop of the server', async () => {
  await using server = await startTestServer()
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
      await once(socket, 'connect')
      socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      const ended = once(socket, 'end')
      socket.resume()
      await ended
      return socket
    }),
  )
  await server.close()
  for (const socket of sockets) socket.destroy()
})

test('D8 unread answers count against the buffer before all of them are encoded', async () => {
  await using server = await startTestServer({ sendBufferBytes: 64 * 1024 })
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'large' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const text = '가'.repeat(2_000)
  for (let said = 0; said < 40; said++)
    await owner.ask({ type: 'chat.send', room: room.id, clientMessageId: `m${said}`, text }, 'chat.ack')
  const greedy = await WireClient.hello(server.url)
  await greedy.ask({ type: 'chat.join', room: room.id, sinceSeq: 40 }, 'chat.joined')
  greedy.webSocket.pause()
  for (let index = 0; index < 200; index++) {
    greedy.raw(JSON.stringify({ type: 'chat.history', id: `h${index}`, room: room.id }))
  }
  while (!server.log.lines.some(line => line.includes('slowConsumer')))
    await owner.ask({ type: 'room.list' }, 'room.list')
  greedy.webSocket.resume()
  assert.equal(await greedy.closed(), 4503)
  assert.ok(greedy.all('chat.history').length < 200)
})
