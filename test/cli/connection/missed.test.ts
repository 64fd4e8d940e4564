import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../../protocol/limits.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { holdClock } from '../../support/held-clock.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `m${from + index}`)

async function inRoom(server: FakeServer) {
  server.addRoom('r1')
  const recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1')
  return recorded
}

test('D4: what a resume brings again is shown once', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  for (const text of numbered(3)) server.say('r1', text)
  await recorded.event('message', event => event.message.seq === 3)
  server.script = (request, connection) => {
    if (request.type !== 'chat.join') return undefined
    const { summary, messages, seated } = server.room('r1')
    seated.add(connection)
    const members = [connection.user]
    const answer = { type: 'chat.joined', id: request.id, room: summary, members, messages } as const
    connection.send({ ...answer, lastSeq: messages.length, gap: false })
    return 'handled'
  }
  server.dropAll()
  server.say('r1', 'm4')
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, numbered(4))
})

test('D7: of the pages that close a gap only what is missing is shown, whatever else is in them', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  for (const text of numbered(5)) server.say('r1', text)
  await recorded.event('message', event => event.message.seq === 5)
  server.resumeMessages = 10
  server.script = (request, connection) => {
    if (request.type !== 'chat.history') return undefined
    const { messages } = server.room('r1')
    connection.send({ type: 'chat.history', id: request.id, room: 'r1', messages: messages.slice(0, 100) })
    return 'handled'
  }
  server.dropAll()
  for (const text of numbered(75, 6)) server.say('r1', text)
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, numbered(80))
})

test('D2: a message that no history has either does not hold the room up', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.say('r1', 'm1')
  await recorded.event('message')
  const { messages } = server.room('r1')
  for (const text of ['lost', 'lost']) server.say('r1', text, { isTold: false })
  server.script = (request, connection) => {
    if (request.type !== 'chat.history') return undefined
    const known = messages.slice(0, 1).filter(({ seq }) => seq < (request.beforeSeq ?? 0))
    connection.send({ type: 'chat.history', id: request.id, room: 'r1', messages: known })
    return 'handled'
  }
  for (const text of ['m4', 'm5']) server.say('r1', text)
  await recorded.event('message', event => event.message.seq === 5)
  assert.deepEqual(recorded.shownTexts, ['m1', 'm4', 'm5'])
  assert.equal(server.requests('chat.history').length, 1)
})

test('people who come while messages are fetched are not kept without end', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => (request.type === 'chat.history' ? 'handled' : undefined)
  server.say('r1', 'lost', { isTold: false })
  server.say('r1', 'heard')
  await server.until(() => server.requests('chat.history').length === 1)
  const users = Array.from({ length: LIMITS.roomMaxHighest }, (_, index) => ({
    id: `person${index}`,
    color: '#123456',
  }))
  for (let times = 0; times < 10; times++) {
    for (const connection of server.connections)
      connection.send({ type: 'chat.join', room: 'r1', users, people: 2 })
  }
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, ['lost', 'heard'])
})

test('C7: a room that was left while its rejoin is under way is neither joined nor lost', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.addRoom('r2')
  await recorded.client.join('r2')
  const rejoins = { r1: Promise.withResolvers<void>(), r2: Promise.withResolvers<void>() }
  let asked = 0
  const bothAsked = Promise.withResolvers<void>()
  server.script = async request => {
    if (request.type !== 'chat.join') return undefined
    if (++asked === 2) bothAsked.resolve()
    await rejoins[request.room as 'r1' | 'r2'].promise // the rooms that there are
    if (request.room === 'r2') server.rooms.delete('r2')
    return undefined
  }
  server.dropAll()
  await bothAsked.promise
  const left = ['r1', 'r2'].map(room => recorded.client.leave(room))
  for (const { resolve } of Object.values(rejoins)) resolve()
  await Promise.all(left)
  await recorded.client.listRooms()
  assert.equal(recorded.all('joined').length, 2)
  assert.deepEqual(recorded.all('lostSeat'), [])
})

test('C8: a hint goes out only while this client sits in the room', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  recorded.client.hintTyping('r1')
  recorded.client.hintTyping('elsewhere')
  await recorded.client.leave('r1')
  recorded.client.hintTyping('r1')
  await recorded.client.listRooms()
  assert.deepEqual(
    server.requests('chat.typing').map(({ room }) => room),
    ['r1'],
  )
})

test('M5: a reply says on the wire what it answers', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.say('r1', 'question')
  await recorded.client.send('r1', 'answer', 1).acked
  await recorded.client.send('r1', 'no answer').acked
  assert.deepEqual(
    server.requests('chat.send').map(({ replyTo }) => replyTo),
    [1, undefined],
  )
})

test('D10: connections that are lost as soon as they are there are waited for longer and longer', async context => {
  const pass = holdClock(context)
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  const attempts = () =>
    recorded.all('status').flatMap(({ status }) => (status.state === 'waiting' ? [status.attempt] : []))
  for (let losses = 1; losses <= 3; losses++) {
    server.dropAll()
    await recorded.until(() => recorded.all('identity').length === losses + 1)
  }
  assert.deepEqual(attempts(), [1, 2, 3])
  pass(1_000)
  server.dropAll()
  await recorded.until(() => attempts().length === 4)
  assert.equal(attempts()[3], 1, 'one that held for a second begins them anew')
})

test('L1: a frame may have so many bytes, and what is larger ends the connection', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  const frameOf = (bytes: number) => {
    const [start, end] = ['{"type":"room.unknown","pad":"', '"}']
    return start + 'x'.repeat(bytes - start.length - end.length) + end
  }
  const say = (bytes: number) => {
    for (const { socket } of server.connections) socket.send(frameOf(bytes))
  }
  say(LIMITS.serverFrameBytes)
  await recorded.client.listRooms()
  assert.equal(recorded.all('identity').length, 1)
  say(LIMITS.serverFrameBytes + 1)
  await recorded.until(() => recorded.client.status.state !== 'open')
  assert.equal(server.requests('hello').length, 1)
})
