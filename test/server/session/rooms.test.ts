import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

const room = (title: string, more: object = {}) => ({ type: 'room.create', title, ...more }) as const

test('I1 the first welcome gives an identity, and its token gives the same one again', async () => {
  await using server = await startTestServer()
  await using first = await WireClient.hello(server.url)
  await using again = await WireClient.open(server.url)
  const welcome = await again.ask({ type: 'hello', token: first.token }, 'welcome')
  assert.equal(welcome.identity, 'known')
  assert.equal(welcome.user.id, first.userId)
  await using other = await WireClient.hello(server.url)
  assert.notEqual(other.userId, first.userId)
})

test('I1 a foreign, forged or broken token is replaced by a new identity', async () => {
  await using server = await startTestServer()
  await using known = await WireClient.hello(server.url)
  const [version, session = '', signature = ''] = known.token.split('.')
  const forged = [
    '',
    'nonsense',
    `${version}.${session}`,
    `${version}.${session}.`,
    `${version}.AAAAAAAAAAAAAAAAAAAAAA.${signature}`,
    `${version}.${session}.${signature}.x`,
    `v2.${session}.${signature}`,
    'v1..',
  ]
  for (const token of forged) {
    await using client = await WireClient.open(server.url)
    const welcome = await client.ask({ type: 'hello', token }, 'welcome')
    assert.equal(welcome.identity, 'replaced', token)
    assert.notEqual(welcome.user.id, known.userId)
  }
})

test('R1 R5 a room appears in the live list, counts its people, and vanishes after the last exit', async () => {
  await using server = await startTestServer({ emptyRoomGraceMs: 0 })
  await using watcher = await WireClient.hello(server.url)
  assert.equal((await watcher.ask({ type: 'room.subscribe' }, 'room.list')).total, 0)
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('  lunch \n break ', { max: 2 }), 'room.created')
  assert.equal(created.title, 'lunch break')
  assert.deepEqual((await watcher.event('room.newRoom')).room.id, created.id)
  await owner.ask({ type: 'chat.join', room: created.id }, 'chat.joined')
  await watcher.event('room.roomChanged', event => event.room === created.id && event.people === 1)
  await owner.ask({ type: 'chat.leave', room: created.id }, 'chat.left')
  await watcher.event('room.removeRoom', event => event.room === created.id)
  assert.equal((await owner.refused({ type: 'chat.join', room: created.id })).code, 'noSuchRoom')
})

test('R6 a client without a subscription is told nothing of the lobby', async () => {
  await using server = await startTestServer()
  await using bystander = await WireClient.hello(server.url)
  await using watcher = await WireClient.hello(server.url)
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  await bystander.ask(room('quiet'), 'room.created')
  await watcher.event('room.newRoom')
  await watcher.ask({ type: 'room.unsubscribe' }, 'room.unsubscribed')
  await bystander.ask(room('quieter'), 'room.created')
  await using last = await WireClient.hello(server.url)
  await last.ask({ type: 'room.subscribe' }, 'room.list')
  await bystander.ask(room('third'), 'room.created')
  await last.event('room.newRoom', event => event.room.title === 'third')
  assert.equal(bystander.all('room.newRoom').length, 0)
  assert.deepEqual(
    watcher.all('room.newRoom').map(event => event.room.title),
    ['quiet'],
  )
})

test('R4 pages list all rooms, the newest first, while rooms come and go', async () => {
  await using server = await startTestServer({ roomsPerUser: 100 })
  await using client = await WireClient.hello(server.url)
  const ids: string[] = []
  for (let index = 0; index < 25; index++)
    ids.push((await client.ask(room(`room ${index}`), 'room.created')).room.id)
  const seen: string[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await client.ask({ type: 'room.list', limit: 10, cursor }, 'room.list')
    seen.push(...page.rooms.map(({ id }) => id))
    if (page.cursor === null) break
    cursor = page.cursor
    await client.ask(room('one more'), 'room.created')
  }
  assert.deepEqual(seen, ids.toReversed())
  assert.deepEqual((await client.ask({ type: 'room.list', cursor: '!' }, 'room.list')).rooms, [])
  for (const unknown of ['', '\u001b', 'a b', 'é', 'a'.repeat(33)]) {
    const { code, field } = await client.refused({ type: 'room.list', cursor: unknown })
    assert.deepEqual([code, field], ['invalidRequest', 'cursor'], JSON.stringify(unknown))
  }
})

test('R2 R3 a room needs a visible title and a number of people within the limits', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  const wrong = [
    room(''),
    room('   \t\n'),
    room('\u200b\u2060\u3164'),
    room('x'.repeat(61)),
    room('fine', { max: 1 }),
    room('fine', { max: 1_001 }),
    room('fine', { max: 2.5 }),
    room('fine', { max: '5' }),
    room('fine', { password: '' }),
    room('fine', { password: 'p'.repeat(129) }),
    room('fine', { owner: 'me' }),
    { type: 'room.create' },
  ]
  for (const request of wrong) {
    // The type is wrong on purpose.
    const error = await client.refused(request as ReturnType<typeof room>)
    assert.equal(error.code, 'invalidRequest', JSON.stringify(request))
  }
  assert.equal((await client.ask(room('👨‍👩‍👧'.repeat(12)), 'room.created')).room.max, 10)
})

test('C3 a room with a password asks for it, makes wrong guesses wait, and takes the right one', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('secret', { password: 'tangerine' }), 'room.created')
  await owner.ask({ type: 'chat.join', room: created.id, password: 'tangerine' }, 'chat.joined')
  await using guest = await WireClient.hello(server.url)
  const join = { type: 'chat.join', room: created.id } as const
  assert.equal((await guest.refused(join)).code, 'passwordRequired')
  const empty = await guest.refused({ ...join, password: '' })
  assert.deepEqual([empty.code, empty.field], ['invalidRequest', 'password'], 'R3: and is no guess')
  const wrong = await guest.refused({ ...join, password: 'tangerin' })
  assert.equal(wrong.code, 'wrongPassword')
  const early = await guest.refused({ ...join, password: 'tangerine' })
  assert.equal(early.code, 'rateLimited')
  assert.ok((early.retryAfterMs ?? 0) > 0 && (early.retryAfterMs ?? 0) <= (wrong.retryAfterMs ?? 0))
})

test('C4 many guesses at once are handled one after the other, and only the first is tried', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('secret', { password: 'tangerine' }), 'room.created')
  await using guesser = await WireClient.hello(server.url)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      guesser.refused({ type: 'chat.join', room: created.id, password: `guess ${index}` }),
    ),
  )
  const codes = answers.map(({ code }) => code)
  assert.equal(codes.filter(code => code === 'wrongPassword').length, 1)
  assert.equal(codes.filter(code => code === 'rateLimited').length, 39)
})

test('C3 when fifty too many join at once, exactly as many get in as there are seats', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('crowd', { max: 20, password: 'p' }), 'room.created')
  const clients = await Promise.all(Array.from({ length: 70 }, () => WireClient.hello(server.url)))
  const answers = await Promise.all(
    clients.map(client => client.request({ type: 'chat.join', room: created.id, password: 'p' })),
  )
  assert.equal(answers.filter(({ type }) => type === 'chat.joined').length, 20)
  assert.equal(answers.filter(answer => answer.type === 'error' && answer.code === 'roomFull').length, 50)
  await Promise.all(clients.map(client => client[Symbol.asyncDispose]()))
})

test('C2 one person with two connections takes one seat and leaves with the second', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('two screens', { max: 2 }), 'room.created')
  await using second = await WireClient.hello(server.url, owner.token)
  await using other = await WireClient.hello(server.url)
  const join = { type: 'chat.join', room: created.id } as const
  await other.ask(join, 'chat.joined')
  assert.equal((await owner.ask(join, 'chat.joined')).connections, 1)
  const again = await second.ask(join, 'chat.joined')
  assert.deepEqual([again.room.people, again.connections], [2, 2])
  await owner.ask({ type: 'chat.leave', room: created.id }, 'chat.left')
  await second.ask(
    { type: 'chat.send', room: created.id, clientMessageId: 'a', text: 'still here' },
    'chat.ack',
  )
  await other.event('chat.chat')
  assert.equal(other.all('chat.exit').length, 0)
  await second.ask({ type: 'chat.leave', room: created.id }, 'chat.left')
  assert.deepEqual(
    (await other.event('chat.exit')).users.map(({ id }) => id),
    [owner.userId],
  )
})

test('T3 a seat is held through a broken connection, and the members are told nothing', async () => {
  await using server = await startTestServer({ emptyRoomGraceMs: 0 })
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('blip', { max: 2, password: 'p' }), 'room.created')
  const join = { type: 'chat.join', room: created.id } as const
  await owner.ask({ ...join, password: 'p' }, 'chat.joined')
  owner.cut()
  await owner.closed()
  await using back = await WireClient.hello(server.url, owner.token)
  // No password is needed: the seat is still this person's (C4).
  const joined = await back.ask({ ...join, sinceSeq: 0 }, 'chat.joined')
  assert.equal(joined.room.people, 1)
})

test('T3 a held seat is released when its time is over, and the members are told', async () => {
  await using server = await startTestServer({ seatHoldMs: 1 })
  await using owner = await WireClient.hello(server.url)
  const { room: created } = await owner.ask(room('gone'), 'room.created')
  await owner.ask({ type: 'chat.join', room: created.id }, 'chat.joined')
  const ghost = await WireClient.hello(server.url)
  await ghost.ask({ type: 'chat.join', room: created.id }, 'chat.joined')
  ghost.cut()
  const exit = await owner.event('chat.exit')
  assert.deepEqual([exit.users[0]?.id, exit.people], [ghost.userId, 1])
})

test('T1 a room that nobody joins ends', async () => {
  await using server = await startTestServer({ unenteredRoomMs: 1 })
  await using watcher = await WireClient.hello(server.url)
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  const { room: created } = await watcher.ask(room('lonely'), 'room.created')
  await watcher.event('room.removeRoom', event => event.room === created.id)
})

test('L3 an identity may open only so many rooms, and another one when one has ended', async () => {
  await using server = await startTestServer({
    roomsPerUser: 2,
    unenteredRoomMs: 60_000,
    emptyRoomGraceMs: 0,
  })
  await using client = await WireClient.hello(server.url)
  await client.ask({ type: 'room.subscribe' }, 'room.list')
  const { room: first } = await client.ask(room('one'), 'room.created')
  await client.ask(room('two'), 'room.created')
  assert.equal((await client.refused(room('three'))).code, 'tooManyRooms')
  await client.ask({ type: 'chat.join', room: first.id }, 'chat.joined')
  await client.ask({ type: 'chat.leave', room: first.id }, 'chat.left')
  await client.event('room.removeRoom', event => event.room === first.id)
  await client.ask(room('three'), 'room.created')
})

test('R6 who unsubscribes before a busy server has subscribed them hears nothing of the lobby', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  await using watcher = await WireClient.hello(server.url)
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  const lists = Array.from({ length: 50 }, () => client.request({ type: 'room.list' }))
  const subscribed = client.request({ type: 'room.subscribe' })
  await client.ask({ type: 'room.unsubscribe' }, 'room.unsubscribed')
  await Promise.all([...lists, subscribed])
  await watcher.ask({ type: 'room.create', title: 'new' }, 'room.created')
  await watcher.event('room.newRoom')
  await client.ask({ type: 'room.list' }, 'room.list')
  assert.deepEqual(client.all('room.newRoom'), [])
})
