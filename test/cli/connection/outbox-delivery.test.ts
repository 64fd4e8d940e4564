import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutboxDelivery } from '../../../cli/connection/outbox-delivery.ts'
import type { ClientMessage } from '../../../protocol/client-messages.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`)
const textOf = (request: ClientMessage) => (request.type === 'chat.send' ? request.text : undefined)

async function inRoom(server: FakeServer, options: { answerMs?: number } = {}) {
  server.addRoom('r1')
  const recorded = await RecordedClient.connect({ server: server.url, ...options })
  await recorded.client.join('r1')
  return recorded
}

test('D1: a message is sending until its ack, then sent', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const { clientMessageId, acked } = recorded.client.send('r1', 'hello')
  assert.deepEqual(
    recorded.all('outgoing').map(({ message }) => [message.clientMessageId, message.state, message.body]),
    [[clientMessageId, 'sending', { text: 'hello' }]],
  )
  const { seq } = await acked
  assert.equal(seq, 1)
  const [sent] = recorded.all('sent')
  assert.deepEqual([sent?.clientMessageId, sent?.seq, sent?.room], [clientMessageId, 1, 'r1'])
})

test('D3: unacked messages are sent again after a reconnect, in order and with the same ids', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => (request.type === 'chat.send' ? 'handled' : undefined)
  const handles = numbered(5).map(text => recorded.client.send('r1', text))
  await server.until(() => server.requests('chat.send').length === 1)
  server.script = () => undefined
  server.dropAll()
  const acks = await Promise.all(handles.map(handle => handle.acked))
  assert.deepEqual(
    acks.map(ack => ack.seq),
    [1, 2, 3, 4, 5],
  )
  assert.deepEqual(
    server.room('r1').messages.map(message => message.clientMessageId),
    handles.map(handle => handle.clientMessageId),
  )
  assert.deepEqual(recorded.shownTexts, numbered(5))
})

test('D3: a message whose ack was lost is stored once', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = (request, connection) => {
    if (request.type !== 'chat.send') return undefined
    const { clientMessageId } = request
    server.say('r1', request.text, { user: connection.user, clientMessageId, isTold: false })
    connection.drop()
    return 'handled'
  }
  const { acked } = recorded.client.send('r1', 'once')
  assert.equal((await acked).seq, 1)
  assert.equal(server.requests('chat.send').length, 1)
  assert.deepEqual(recorded.shownTexts, ['once'])
})

test('D5: our own message among the room’s messages counts as its ack', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = (request, connection) => {
    if (request.type !== 'chat.send') return undefined
    // Somebody else's message of the same id is no ack.
    server.say('r1', 'mimicry', { clientMessageId: request.clientMessageId })
    server.say('r1', request.text, { user: connection.user, clientMessageId: request.clientMessageId })
    return 'handled'
  }
  assert.equal((await recorded.client.send('r1', 'seen').acked).seq, 2)
  assert.equal(recorded.all('sent').length, 1)
})

test('D11: a message that is refused for now waits as asked, and later ones stay behind it', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  let refusals = 0
  server.script = (request, connection) => {
    if (textOf(request) !== 'm2' || refusals === 3) return undefined
    refusals += 1
    connection.refuse(request.id, refusals === 1 ? 'rateLimited' : 'unavailable', 1)
    return 'handled'
  }
  const handles = numbered(4).map(text => recorded.client.send('r1', text))
  await Promise.all(handles.map(handle => handle.acked))
  assert.equal(refusals, 3)
  assert.deepEqual(
    server.received.flatMap(request => textOf(request) ?? []),
    ['m1', 'm2', 'm2', 'm2', 'm2', 'm3', 'm4'],
  )
  assert.deepEqual(recorded.shownTexts, numbered(4))
})

test('D5: a message that is refused for good fails, the next one is sent, and retry sends it again', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = (request, connection) => {
    if (textOf(request) !== 'm1') return undefined
    connection.refuse(request.id, 'invalidRequest')
    return 'handled'
  }
  const first = recorded.client.send('r1', 'm1')
  const second = recorded.client.send('r1', 'm2')
  await assert.rejects(first.acked, { name: 'RequestError', code: 'invalidRequest' })
  await second.acked
  const failed = recorded.all('outgoing').at(-1)?.message
  assert.deepEqual([failed?.clientMessageId, failed?.state], [first.clientMessageId, 'failed'])
  assert.equal(failed?.error instanceof Error, true)

  server.script = () => undefined
  recorded.client.retry(first.clientMessageId)
  assert.equal(recorded.all('outgoing').at(-1)?.message.error, undefined)
  const sent = await recorded.event('sent', event => event.clientMessageId === first.clientMessageId)
  assert.equal(sent.seq, 2)
})

test('a failed message can be given up, and is then forgotten', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = (request, connection) => {
    if (request.type !== 'chat.send') return undefined
    connection.refuse(request.id, 'invalidRequest')
    return 'handled'
  }
  const { clientMessageId, acked } = recorded.client.send('r1', 'no')
  await assert.rejects(acked)
  recorded.client.discard(clientMessageId)
  assert.deepEqual(recorded.all('discarded'), [{ type: 'discarded', room: 'r1', clientMessageId }])
  recorded.client.retry(clientMessageId)
  recorded.client.discard(clientMessageId)
  assert.equal(recorded.all('discarded').length, 1)
  assert.equal(server.requests('chat.send').length, 1)
})

test('D3: a message without an answer in time is sent again on the same connection', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server, { answerMs: 500 })
  server.script = request =>
    textOf(request) !== undefined && server.requests('chat.send').length === 1 ? 'handled' : undefined
  const { acked } = recorded.client.send('r1', 'hello?')
  assert.equal((await acked).seq, 1)
  assert.equal(new Set(server.requests('chat.send').map(request => request.clientMessageId)).size, 1)
  assert.equal(recorded.all('identity').length, 1)
})

test('a message said while there is no connection is sent after the reconnect', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  await server.stop()
  await recorded.event('status', event => event.status.state === 'waiting')
  const { acked } = recorded.client.send('r1', 'patience')
  await server.listen()
  assert.equal((await acked).seq, 1)
})

test('rooms do not wait for each other', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.addRoom('r2')
  await recorded.client.join('r2')
  server.script = request => (request.type === 'chat.send' && request.room === 'r1' ? 'handled' : undefined)
  recorded.client.send('r1', 'stuck')
  await recorded.client.send('r2', 'through').acked
  assert.equal(server.room('r2').messages.length, 1)
})

test('L1: a text larger than a frame is refused before it is sent, since the server would close', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  await assert.rejects(recorded.client.send('r1', 'x'.repeat(40_000)).acked, { code: 'invalidRequest' })
  await recorded.client.send('r1', 'short').acked
  assert.equal(recorded.all('identity').length, 1)
})

test('leaving a room fails its unsent messages', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => (request.type === 'chat.send' ? 'handled' : undefined)
  const { acked } = recorded.client.send('r1', 'never')
  await recorded.client.leave('r1')
  await assert.rejects(acked, { code: 'notInRoom' })
})

test('rooms that were left take no memory once a message goes to another one', async () => {
  const seats = new Set<string>()
  const asked: string[] = []
  const delivery = new OutboxDelivery({
    ask: async () => ({ seq: 1, createdAt: 1 }) as never, // an ack, as far as it is read
    gifs: {} as never, // nobody sends one
    random: () => 0,
    emit: () => undefined,
    isSeated: room => {
      asked.push(room)
      return seats.has(room)
    },
    hasSeat: room => seats.has(room),
    myId: () => undefined,
    mostGifBytes: () => 0,
  })
  for (const room of ['left', 'kept', 'new']) {
    seats.add(room)
    await delivery.sendText(room, 'hello').acked
    await new Promise(resolve => setImmediate(resolve))
    seats.delete('left')
  }
  asked.length = 0
  for (const room of ['left', 'kept', 'new']) delivery.resumeSending(room)
  assert.deepEqual([...new Set(asked)], ['kept', 'new'])
})
