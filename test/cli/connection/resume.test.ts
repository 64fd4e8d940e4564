import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestError } from '../../../protocol/error-codes.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `m${from + index}`)

async function inRoom(server: FakeServer, options: { password?: string; sinceSeq?: number } = {}) {
  server.addRoom('r1', options.password === undefined ? {} : { password: options.password })
  const recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1', options)
  return recorded
}

test('C3: a first join brings recent messages, and its event comes before it resolves', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  for (const text of numbered(60)) server.say('r1', text)
  await using recorded = await RecordedClient.connect({ server: server.url })
  const seen = recorded.client.join('r1').then(room => ({ room, joined: recorded.all('joined') }))
  const { room, joined } = await seen
  assert.equal(room.id, 'r1')
  assert.equal(joined.length, 1)
  assert.equal(joined[0]?.isResume, false)
  assert.equal(joined[0]?.lastSeq, 60)
  assert.deepEqual(recorded.shownTexts, numbered(50, 11))
})

test('a first join that is refused rejects, and leaves no seat to resume', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1', { password: 'tangerine' })
  await using recorded = await RecordedClient.connect({ server: server.url })
  await assert.rejects(recorded.client.join('nowhere'), { code: 'noSuchRoom' })
  await assert.rejects(recorded.client.join('r1'), { code: 'passwordRequired' })
  await assert.rejects(recorded.client.join('r1', { password: 'wrong' }), {
    code: 'wrongPassword',
    retryAfterMs: 500,
  })
  const joins = server.requests('chat.join').length
  server.dropAll()
  await recorded.until(() => recorded.all('identity').length === 2)
  await recorded.client.listRooms()
  assert.equal(server.requests('chat.join').length, joins)
})

test('D6: a lost connection resumes from the last seq with the password, and shows what was missed once', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server, { password: 'tangerine' })
  server.say('r1', 'before')
  await recorded.event('message')
  server.dropAll()
  server.say('r1', 'meanwhile')
  await recorded.event('joined', event => event.isResume)
  server.say('r1', 'after')
  await recorded.event('message', event => 'text' in event.message && event.message.text === 'after')
  const { sinceSeq, password } = server.requests('chat.join').at(-1) ?? {}
  assert.deepEqual({ sinceSeq, password }, { sinceSeq: 1, password: 'tangerine' })
  assert.deepEqual(recorded.shownTexts, ['before', 'meanwhile', 'after'])
})

test('D7: a gap is closed page by page before the joined event', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.say('r1', 'm1')
  await recorded.event('message')
  server.resumeMessages = 100
  server.dropAll()
  for (const text of numbered(399, 2)) server.say('r1', text)
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, numbered(400))
  assert.ok(server.requests('chat.history').length >= 4)
})

test('D7 M4: short pages close a gap too, since only an empty one is the last', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.resumeMessages = 10
  server.script = (request, connection) => {
    if (request.type !== 'chat.history') return undefined
    const older = server.room('r1').messages.filter(({ seq }) => seq < (request.beforeSeq ?? 0))
    // The oldest are gone.
    const messages = older.filter(({ seq }) => seq > 5).slice(-3)
    connection.send({ type: 'chat.history', id: request.id, room: 'r1', messages })
    return 'handled'
  }
  server.dropAll()
  for (const text of numbered(80)) server.say('r1', text)
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, numbered(75, 6))
})

test('D7: events that come while a gap is closed are passed on after it', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.resumeMessages = 10
  const ann = { id: 'ann', color: '#111111' }
  server.script = (request, connection) => {
    if (request.type !== 'chat.history' || server.requests('chat.history').length > 1) return undefined
    connection.send({ type: 'chat.join', room: 'r1', users: [ann], people: 2 })
    server.say('r1', 'm71')
    return undefined
  }
  server.dropAll()
  for (const text of numbered(70)) server.say('r1', text)
  await recorded.event('joined', event => event.isResume)
  await recorded.event('message', event => event.message.seq === 71)
  server.say('r1', 'm72')
  await recorded.event('message', event => event.message.seq === 72)
  assert.deepEqual(recorded.shownTexts, numbered(72))
  const told = recorded.events.map(event => event.type).filter(type => type === 'joined' || type === 'join')
  assert.deepEqual(told, ['joined', 'joined', 'join'])
})

test('D7: if the connection is lost while a gap is closed, the next reconnect closes it', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.resumeMessages = 10
  server.script = (request, connection) => {
    if (request.type !== 'chat.history' || server.requests('chat.history').length > 1) return undefined
    connection.drop()
    return 'handled'
  }
  server.dropAll()
  for (const text of numbered(70)) server.say('r1', text)
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, numbered(70))
})

test('D7: history that is refused for now is requested again', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.resumeMessages = 10
  server.script = (request, connection) => {
    if (request.type !== 'chat.history' || server.requests('chat.history').length > 1) return undefined
    connection.refuse(request.id, 'rateLimited', 1)
    return 'handled'
  }
  server.dropAll()
  for (const text of numbered(70)) server.say('r1', text)
  await recorded.event('joined', event => event.isResume)
  assert.deepEqual(recorded.shownTexts, numbered(70))
})

test('a join can begin after any message', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  for (const text of numbered(20)) server.say('r1', text)
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1', { sinceSeq: 15 })
  assert.deepEqual(recorded.shownTexts, numbered(5, 16))
})

test('D4: a message that comes twice is shown once', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const message = server.say('r1', 'once')
  for (const connection of server.connections) connection.send({ type: 'chat.chat', room: 'r1', message })
  server.say('r1', 'then')
  await recorded.event('message', event => event.message.seq === 2)
  assert.deepEqual(recorded.shownTexts, ['once', 'then'])
})

test('D2: missing messages are fetched from the history, and all are shown in order', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.say('r1', 'm1')
  server.say('r1', 'm2', { isTold: false })
  server.say('r1', 'm3')
  server.say('r1', 'm4', { isTold: false })
  server.say('r1', 'm5')
  await recorded.event('message', event => event.message.seq === 5)
  assert.deepEqual(recorded.shownTexts, numbered(5))
})

test('C5: a join of somebody present and an exit of somebody absent are ignored', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const [ann, ben] = [
    { id: 'ann', color: '#111111' },
    { id: 'ben', color: '#222222' },
  ]
  const me = recorded.client.user ?? ann
  for (const connection of server.connections) {
    connection.send({ type: 'chat.join', room: 'r1', users: [me, ann], people: 2 })
    connection.send({ type: 'chat.exit', room: 'r1', users: [ben], people: 2 })
    connection.send({ type: 'chat.exit', room: 'r1', users: [ann], people: 1 })
  }
  await recorded.event('exit')
  assert.deepEqual(recorded.all('join'), [{ type: 'join', room: 'r1', users: [ann], people: 2 }])
  assert.deepEqual(recorded.all('exit'), [{ type: 'exit', room: 'r1', users: [ann], people: 1 }])
})

test('if a rejoin is refused, the seat is lost and unsent messages fail', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => (request.type === 'chat.send' ? 'handled' : undefined)
  const { acked } = recorded.client.send('r1', 'too late')
  await server.until(() => server.requests('chat.send').length === 1)
  server.rooms.delete('r1')
  server.dropAll()
  const lost = await recorded.event('lostSeat')
  assert.equal(lost.error.code, 'noSuchRoom')
  await assert.rejects(acked, { code: 'noSuchRoom' })
  assert.equal(recorded.all('outgoing').at(-1)?.message.state, 'failed')
  await assert.rejects(recorded.client.send('r1', 'again').acked, { code: 'notInRoom' })
})

test('a rejoin that is refused for now is tried again', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => {
    if (request.type === 'chat.join' && server.requests('chat.join').length < 5) {
      throw new RequestError('unavailable', 'the store is away', { retryAfterMs: 1 })
    }
    return undefined
  }
  server.dropAll()
  await recorded.event('joined', event => event.isResume)
  assert.equal(server.requests('chat.join').length, 5)
  assert.deepEqual(recorded.all('lostSeat'), [])
})

test('a second join that is refused for now leaves the seat, and what comes is shown', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => {
    if (request.type === 'chat.join' && server.requests('chat.join').length < 3)
      throw new RequestError('unavailable', 'the store is away', { retryAfterMs: 1 })
    return undefined
  }
  await assert.rejects(recorded.client.join('r1'), { code: 'unavailable' })
  server.say('r1', 'still there')
  await recorded.until(() => recorded.shownTexts.includes('still there'))
  await recorded.client.send('r1', 'and heard').acked
  assert.deepEqual(recorded.all('lostSeat'), [])
})

test('a join that is answered too late leaves no seat behind', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  const held = Promise.withResolvers<undefined>()
  server.script = request => (request.type === 'chat.join' ? held.promise : undefined)
  await using recorded = await RecordedClient.connect({ server: server.url, answerMs: 500 })
  await assert.rejects(recorded.client.join('r1'), { code: 'unavailable' })
  held.resolve(undefined)
  await server.until(() => server.requests('chat.leave').length === 1)
  assert.equal(server.room('r1').seated.size, 0)
  assert.deepEqual(recorded.all('joined'), [])
})

test('T4: who was there before the loss and joins after it is back, and others are new', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  await using recorded = await RecordedClient.connect({ server: server.url })
  const [old, fresh] = [
    { id: 'old', color: '#12C6B8' },
    { id: 'fresh', color: '#AC8D53' },
  ]
  await recorded.client.join('r1')
  const told = (users: readonly { id: string; color: string }[]) => {
    for (const connection of server.connections)
      connection.send({ type: 'chat.join', room: 'r1', users: [...users], people: 3 })
  }
  told([old])
  await recorded.event('join', ({ users }) => users[0]?.id === 'old')
  server.dropAll()
  await recorded.event('joined', event => event.isResume)
  told([old, fresh])
  await recorded.event('join', ({ users }) => users[0]?.id === 'fresh')
  assert.deepEqual(
    recorded.all('join').map(({ users, isReturn }) => [users.map(({ id }) => id), isReturn === true]),
    [
      [['old'], false],
      [['old'], true],
      [['fresh'], false],
    ],
  )
})
