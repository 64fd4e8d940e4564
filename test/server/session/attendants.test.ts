import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '../../../protocol/model.ts'
import { startTestServer, type TestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { WireClient } from '../../support/wire-client.ts'

/** A room for two, with one person in it. */
async function openRoom(server: TestServer, more: { password?: string } = {}) {
  const owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'talk', max: 2, ...more }, 'room.created')
  const join = { type: 'chat.join', room: room.id, ...more } as const
  await owner.ask(join, 'chat.joined')
  const send = { type: 'chat.send', room: room.id, clientMessageId: 'a', text: 'built' } as const
  const enter = async (role?: Role, token?: string) => {
    const client = await WireClient.hello(server.url, token, undefined, role)
    const joined = await client.ask(join, 'chat.joined')
    return { client, joined }
  }
  return {
    owner,
    room: room.id,
    join,
    send,
    enter,
    [Symbol.asyncDispose]: () => owner[Symbol.asyncDispose](),
  }
}

test('C9 a bot posts in a full room without a seat, and nobody is told that it came or left', async () => {
  await using server = await startTestServer()
  await using talk = await openRoom(server)
  const { client: guest } = await talk.enter()
  const { client: bot, joined } = await talk.enter('bot')
  assert.equal(joined.room.people, 2)
  assert.equal(joined.members.length, 2)
  assert.deepEqual(
    joined.bots?.map(({ id }) => id),
    [bot.userId],
  )
  await bot.ask(talk.send, 'chat.ack')
  await talk.owner.event('chat.chat', ({ message }) => message.user.id === bot.userId && message.bot === true)
  await talk.owner.ask({ ...talk.send, clientMessageId: 'b' }, 'chat.ack')
  const { messages } = await talk.owner.ask({ type: 'chat.history', room: talk.room }, 'chat.history')
  assert.deepEqual(
    messages.map(message => message.bot),
    [true, undefined],
  )
  await bot.ask({ type: 'chat.leave', room: talk.room }, 'chat.left')
  await talk.owner.event('chat.attendants', ({ bots }) => bots.length === 0)
  const named = talk.owner.all('chat.join').flatMap(({ users }) => users.map(({ id }) => id))
  assert.deepEqual(new Set(named), new Set([talk.owner.userId, guest.userId]))
  assert.deepEqual(talk.owner.all('chat.exit'), [])
  await bot[Symbol.asyncDispose]()
  await guest[Symbol.asyncDispose]()
})

test('C9 an observer hears all, and what it posts, hints or uploads is refused', async () => {
  await using server = await startTestServer()
  await using talk = await openRoom(server)
  const { client: observer } = await talk.enter('observer')
  for (const request of [
    talk.send,
    { type: 'chat.sendGif', room: talk.room, clientMessageId: 'b', gif: 'x'.repeat(22), name: 'x.gif' },
    { type: 'chat.typing', room: talk.room },
  ] as const) {
    assert.equal((await observer.refused(request)).code, 'readOnly')
  }
  const upload = (token: string) =>
    fetch(`${server.url.replace('ws', 'http')}/rooms/${talk.room}/gifs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: Buffer.from(sampleGif({ width: 4, height: 4, frames: 1 })),
    })
  const refused = await upload(observer.token)
  assert.equal(refused.status, 403)
  assert.equal(((await refused.json()) as { code: string }).code, 'readOnly')
  // The same person may, with a place that is more than an observer's.
  const { client: asBot } = await talk.enter('bot', observer.token)
  assert.equal((await upload(observer.token)).status, 201)
  await talk.owner.ask(talk.send, 'chat.ack')
  await observer.event('chat.chat')
  await observer.ask({ type: 'chat.history', room: talk.room }, 'chat.history')
  await asBot[Symbol.asyncDispose]()
  await observer[Symbol.asyncDispose]()
})

test('C9 a bot or an observer needs the password like everybody, and its guesses count', async () => {
  await using server = await startTestServer()
  await using talk = await openRoom(server, { password: 'tangerine' })
  for (const role of ['bot', 'observer'] as const) {
    await using client = await WireClient.hello(server.url, undefined, undefined, role)
    const join = { type: 'chat.join', room: talk.room } as const
    assert.equal((await client.refused(join)).code, 'passwordRequired')
    assert.equal((await client.refused({ ...join, password: 'orange' })).code, 'wrongPassword')
    assert.equal((await client.refused({ ...join, password: 'orange' })).code, 'rateLimited')
  }
})

for (const role of ['bot', 'observer'] as const) {
  test(`C9 a room takes so many ${role}s, and half of them from one address; somebody counts once`, async () => {
    await using server = await startTestServer({ botsPerRoom: 4, observersPerRoom: 4, trustedProxies: 1 })
    await using talk = await openRoom(server)
    const clients: WireClient[] = []
    const come = async (address: string, token?: string) => {
      const client = await WireClient.open(server.url, { headers: { 'x-forwarded-for': address } })
      clients.push(client)
      const { token: mine } = await client.ask({ type: 'hello', token, role }, 'welcome')
      const answer = await client.request(talk.join)
      return { token: mine, answer: answer.type === 'error' ? answer.reason : answer.type }
    }
    const full = role === 'bot' ? 'tooManyBots' : 'tooManyObservers'
    const first = await come('10.0.0.1')
    assert.deepEqual([first.answer, (await come('10.0.0.1')).answer], ['chat.joined', 'chat.joined'])
    assert.equal((await come('10.0.0.1')).answer, full, 'half of them from one address')
    assert.equal((await come('10.0.0.1', first.token)).answer, 'chat.joined', 'the same one again')
    for (const address of ['10.0.0.2', '10.0.0.3']) assert.equal((await come(address)).answer, 'chat.joined')
    assert.equal((await come('10.0.0.4')).answer, full, 'no place in the room')
    // A broken connection keeps no place.
    clients[1]?.cut()
    await talk.owner.event(
      'chat.attendants',
      event => event[role === 'bot' ? 'bots' : 'observers'].length === 3,
    )
    assert.equal((await come('10.0.0.4')).answer, 'chat.joined')
    await using person = await WireClient.hello(server.url)
    await person.ask(talk.join, 'chat.joined')
    for (const client of clients) await client[Symbol.asyncDispose]()
  })
}

test('C10 everybody in the room is told who is there without a seat', async () => {
  await using server = await startTestServer()
  await using talk = await openRoom(server)
  const { client: bot } = await talk.enter('bot')
  const { client: observer, joined } = await talk.enter('observer')
  assert.deepEqual([joined.bots?.length, joined.observers?.length], [1, 1])
  for (const client of [talk.owner, bot, observer]) {
    const told = await client.event('chat.attendants', ({ observers }) => observers.length === 1)
    assert.deepEqual([told.bots[0]?.id, told.observers[0]?.id], [bot.userId, observer.userId])
  }
  await bot[Symbol.asyncDispose]()
  const { bots } = await observer.event('chat.attendants', event => event.bots.length === 0)
  assert.deepEqual(bots, [])
  await observer[Symbol.asyncDispose]()
})

test('C11 T2 a room of bots and observers alone ends, and they are told', async () => {
  await using server = await startTestServer({ emptyRoomGraceMs: 0 })
  await using talk = await openRoom(server)
  const { client: bot } = await talk.enter('bot')
  const { client: observer } = await talk.enter('observer')
  await talk.owner.ask({ type: 'chat.leave', room: talk.room }, 'chat.left')
  for (const client of [bot, observer]) await client.event('chat.ended', ({ room }) => room === talk.room)
  assert.equal((await bot.refused(talk.send)).code, 'notInRoom')
  assert.equal((await observer.refused(talk.join)).code, 'noSuchRoom')
  await bot[Symbol.asyncDispose]()
  await observer[Symbol.asyncDispose]()
})

test('T1 a bot in a room that no person entered does not keep it', async () => {
  await using server = await startTestServer({ unenteredRoomMs: 50 })
  await using bot = await WireClient.hello(server.url, undefined, undefined, 'bot')
  const { room } = await bot.ask({ type: 'room.create', title: 'mine' }, 'room.created')
  await bot.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await bot.event('chat.ended')
})

test('I1 another role is refused by its field, and hello can be said again', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.open(server.url)
  client.raw(JSON.stringify({ type: 'hello', id: 'x', role: 'king' }))
  const { field, code } = await client.event('error')
  assert.deepEqual([code, field], ['invalidRequest', 'role'])
  await client.ask({ type: 'hello', role: 'person' }, 'welcome')
})
