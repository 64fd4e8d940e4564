// Abuse 9: somebody speaks as somebody else. Colours and titles that look alike have tests of their
// own, and how a client tells people of one colour apart is in test/cli/app/model/.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../support/chat-server.ts'
import { type Request, WireClient } from '../support/wire-client.ts'

/** A room with two people in it. */
async function twoInARoom(url: string) {
  const victim = await WireClient.hello(url)
  const { room } = await victim.ask({ type: 'room.create', title: 'two' }, 'room.created')
  await victim.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const stranger = await WireClient.hello(url)
  await stranger.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  return { victim, stranger, room: room.id }
}

test('abuse 9: I3 no field of a request says who somebody is', async () => {
  await using server = await startTestServer()
  const { victim, stranger, room } = await twoInARoom(server.url)
  const { userId } = victim
  const claims = {
    user: userId,
    userId,
    sender: userId,
    from: userId,
    color: '#FFFFFF',
    session: victim.token,
  }
  const requests: readonly Request[] = [
    { type: 'chat.send', room, clientMessageId: 'a', text: 'I am the other one' },
    { type: 'chat.typing', room },
    { type: 'chat.leave', room },
    { type: 'room.create', title: 'theirs' },
  ]
  for (const request of requests) {
    for (const [field, value] of Object.entries(claims)) {
      // An unknown field, on purpose.
      const error = await stranger.refused({ ...request, [field]: value } as Request)
      assert.deepEqual([error.code, error.field], ['invalidRequest', field])
    }
  }
  const hello = JSON.stringify({ type: 'hello', id: 'h', user: { id: userId, color: '#FFFFFF' } })
  await using claimant = await WireClient.open(server.url)
  claimant.raw(hello)
  assert.equal((await claimant.event('error')).field, 'user')
  await stranger.ask({ type: 'chat.send', room, clientMessageId: 'a', text: 'so who am I' }, 'chat.ack')
  const { message } = await victim.event('chat.chat')
  assert.equal(message.user.id, stranger.userId)
  for (const client of [victim, stranger]) await client[Symbol.asyncDispose]()
})

test('abuse 9: F4 no client can send what only the server says', async () => {
  await using server = await startTestServer()
  const { victim, stranger, room } = await twoInARoom(server.url)
  const user = { id: victim.userId, color: '#79D2B8' }
  await victim.event('chat.join')
  const seen = victim.frames.length
  for (const [type, fields] of Object.entries({
    'chat.exit': { room, users: [user], people: 1 },
    'chat.chat': { room, message: { seq: 1, user, clientMessageId: 'a', createdAt: 1, text: 'forged' } },
    'chat.ack': { room, clientMessageId: 'a', seq: 1, createdAt: 1 },
    'room.removeRoom': { room },
    'room.roomChanged': { room, people: 0 },
    serverRestart: { retryAfterMs: 1 },
    welcome: { token: victim.token },
    error: { code: 'noSuchRoom', message: 'gone' },
  })) {
    const error = await stranger.refused({ type, ...fields } as unknown as Request)
    assert.equal(error.code, 'unknownType', type)
  }
  // A join or a hint with names in it tells nobody of those names.
  for (const type of ['chat.join', 'chat.typing', 'chat.leave']) {
    const error = await stranger.refused({ type, room, users: [user] } as unknown as Request)
    assert.deepEqual([error.code, error.field], ['invalidRequest', 'users'], type)
  }
  await victim.ask({ type: 'room.list' }, 'room.list')
  assert.equal(victim.frames.length, seen + 1)
  for (const client of [victim, stranger]) await client[Symbol.asyncDispose]()
})

test('abuse 9: I1 I2 a token that differs in one character is nobody’s', async () => {
  await using server = await startTestServer()
  await using victim = await WireClient.hello(server.url)
  const [version = '', session = '', signature = ''] = victim.token.split('.')
  const changed = (text: string, at: number) =>
    text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
  const forged = [
    ...Array.from(session, (_, at) => `${version}.${changed(session, at)}.${signature}`),
    // Other texts of the same bytes: the last character has bits that mean nothing.
    ...['=', ' ', '\n', '%'].map(more => `${victim.token}${more}`),
    ...Array.from(signature, (_, at) => `${version}.${session}.${changed(signature, at)}`),
    `v2.${session}.${signature}`,
    `${version}.${session}.`,
    `${version}..${signature}`,
    `${victim.token}.${signature}`,
    victim.userId,
  ]
  for (const token of forged) {
    await using somebody = await WireClient.open(server.url)
    const { identity, user } = await somebody.ask({ type: 'hello', token }, 'welcome')
    assert.equal(identity, 'replaced', token)
    assert.notEqual(user.id, victim.userId)
  }
})

test('abuse 9: I2 a token is told to its owner alone', async () => {
  await using server = await startTestServer()
  const { victim, stranger, room } = await twoInARoom(server.url)
  await victim.ask({ type: 'chat.send', room, clientMessageId: 'a', text: 'hello' }, 'chat.ack')
  await stranger.ask({ type: 'chat.history', room }, 'chat.history')
  await stranger.ask({ type: 'room.list' }, 'room.list')
  const [, session = ''] = victim.token.split('.')
  assert.ok(session.length >= 20)
  for (const frame of stranger.frames) assert.ok(!frame.includes(session), frame)
  for (const client of [victim, stranger]) await client[Symbol.asyncDispose]()
})

test('abuse 9: C5 C7 nobody leaves for somebody else, and one more connection is no second person', async () => {
  await using server = await startTestServer()
  const { victim, stranger, room } = await twoInARoom(server.url)
  const twin = await WireClient.hello(server.url, victim.token)
  const { members } = await twin.ask({ type: 'chat.join', room }, 'chat.joined')
  assert.deepEqual(members.map(({ id }) => id).toSorted(), [victim.userId, stranger.userId].toSorted())
  await twin.ask({ type: 'chat.leave', room }, 'chat.left')
  await stranger.ask({ type: 'chat.leave', room }, 'chat.left')
  const { users } = await victim.event('chat.exit')
  assert.deepEqual(
    users.map(({ id }) => id),
    [stranger.userId],
  )
  await victim.ask({ type: 'chat.send', room, clientMessageId: 'a', text: 'still here' }, 'chat.ack')
  for (const client of [victim, stranger, twin]) await client[Symbol.asyncDispose]()
})
