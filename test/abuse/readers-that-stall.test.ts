import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReconnectableCloseCode } from '../../protocol/close-codes.ts'
import { startTestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

const MIB = 1024 * 1024

test('D8 many connections that ask for much and read nothing are cut off; who reads is not', async () => {
  await using server = await startTestServer({ waitingBytesPerAddress: 4 * MIB, waitingBytes: 8 * MIB })
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'long', max: 100 }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const text = '가'.repeat(2_000)
  for (let index = 0; index < 100; index++)
    await owner.ask({ type: 'chat.send', room: room.id, clientMessageId: `m${index}`, text }, 'chat.ack')
  const stalled = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = await WireClient.open(server.url, { localAddress: '127.0.0.2' })
      await client.ask({ type: 'hello' }, 'welcome')
      await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
      client.webSocket.pause()
      return client
    }),
  )
  const page = JSON.stringify({ type: 'chat.history', id: 'h', room: room.id, limit: 100 })
  // The kernel takes some megabytes for each before anything waits in the server.
  for (let round = 0; server.log.lines.every(line => !line.includes('slowConsumer')); round++) {
    assert.ok(round < 500, 'nobody was cut off')
    for (const client of stalled) if (client.webSocket.readyState === 1) client.raw(page)
    await owner.ask({ type: 'room.list' }, 'room.list')
  }
  const history = await owner.ask({ type: 'chat.history', room: room.id, limit: 100 }, 'chat.history')
  assert.equal(history.messages.at(-1)?.seq, 100)
  for (const client of stalled) client.cut()
  const code = await Promise.race(stalled.map(client => client.closed()))
  assert.ok(isReconnectableCloseCode(code))
})

test('D8 a connection that reads nothing for a while, though little waits for it, is closed', async () => {
  await using server = await startTestServer({ slowConsumerMs: 100 })
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'still' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const stalled = await WireClient.hello(server.url)
  await stalled.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  stalled.webSocket.pause()
  const text = '가'.repeat(2_000)
  for (let said = 0; server.log.lines.every(line => !line.includes('slowConsumer')); said++) {
    assert.ok(said < 20_000, 'the stalled reader was never closed')
    await owner.ask({ type: 'chat.send', room: room.id, clientMessageId: `m${said}`, text }, 'chat.ack')
  }
  stalled.cut()
  await stalled.closed()
})
