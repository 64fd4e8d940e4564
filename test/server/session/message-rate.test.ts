import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gifInfoSchema } from '../../../protocol/model.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { holdClock } from '../../support/held-clock.ts'
import { WireClient } from '../../support/wire-client.ts'

test('L2 a connection may say so many messages, GIFs among them; another one has its own', async context => {
  const pass = holdClock(context)
  await using server = await startTestServer({ messagesPerSecond: 2 })
  await using talker = await WireClient.hello(server.url)
  const { room } = await talker.ask({ type: 'room.create', title: 'talk' }, 'room.created')
  await talker.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const uploaded = await fetch(`${server.url.replace('ws:', 'http:')}/rooms/${room.id}/gifs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${talker.token}` },
    body: Buffer.from(sampleGif({ width: 2, height: 2, frames: 1 })),
  })
  const { id: gif } = gifInfoSchema.parse(await uploaded.json())
  const text = (clientMessageId: string) =>
    ({ type: 'chat.send', room: room.id, clientMessageId, text: 'x' }) as const
  const picture = (clientMessageId: string) =>
    ({ type: 'chat.sendGif', room: room.id, clientMessageId, gif, name: 'a.gif' }) as const
  await talker.ask(text('1'), 'chat.ack')
  await talker.ask(picture('2'), 'chat.ack')
  await talker.ask(picture('3'), 'chat.ack')
  await talker.ask(text('4'), 'chat.ack')
  for (const request of [text('5'), picture('6')]) {
    const { code, retryAfterMs } = await talker.refused(request)
    assert.deepEqual([code, retryAfterMs], ['rateLimited', 500])
  }
  // What is no message has no part in this.
  await talker.ask({ type: 'chat.history', room: room.id }, 'chat.history')
  await using elsewhere = await WireClient.hello(server.url, talker.token)
  await elsewhere.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  assert.equal((await elsewhere.ask(text('5'), 'chat.ack')).seq, 5)
  pass(500)
  assert.equal((await talker.ask(picture('6'), 'chat.ack')).seq, 6)
})
