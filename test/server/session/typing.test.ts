import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../../protocol/limits.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

/** People in one room. The first one opened it. */
async function roomOf(url: string, people: number) {
  const clients = await Promise.all(Array.from({ length: people }, () => WireClient.hello(url)))
  const [owner, ...guests] = clients
  if (owner === undefined) throw new RangeError('a room needs its owner')
  const { room } = await owner.ask({ type: 'room.create', title: 'room', max: 1_000 }, 'room.created')
  for (const client of clients) await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  return {
    room: room.id,
    owner,
    guests,
    clients,
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map(client => client[Symbol.asyncDispose]()))
    },
  }
}

const say = (room: string, text: string) =>
  ({ type: 'chat.send', room, clientMessageId: text, text }) as const

test('C8 a hint of writing reaches the members, is answered, and is in no history or resume', async () => {
  await using server = await startTestServer()
  await using there = await roomOf(server.url, 2)
  const { room, owner, guests } = there
  const [guest] = guests
  assert.ok(guest !== undefined)
  await owner.ask({ type: 'chat.typing', room }, 'chat.typed')
  const hint = await guest.event('chat.typing')
  assert.deepEqual(
    hint.users.map(({ id }) => id),
    [owner.userId],
  )
  const { messages } = await guest.ask({ type: 'chat.history', room }, 'chat.history')
  assert.deepEqual(messages, [])
  guest.cut()
  await guest.closed()
  await using back = await WireClient.hello(server.url, guest.token)
  const resumed = await back.ask({ type: 'chat.join', room, sinceSeq: 0 }, 'chat.joined')
  assert.deepEqual([resumed.messages, resumed.lastSeq], [[], 0])
  assert.equal(back.all('chat.typing').length, 0)
})

test('C8 when many are writing, there are few frames with few names', async () => {
  await using server = await startTestServer()
  await using there = await roomOf(server.url, 30)
  const { room, owner, guests } = there
  await Promise.all(guests.map(guest => guest.ask({ type: 'chat.typing', room }, 'chat.typed')))
  await owner.ask(say(room, 'fence'), 'chat.ack')
  await owner.event('chat.chat')
  const hints = owner.all('chat.typing')
  assert.ok(hints.length >= 1 && hints.length < 5, `${hints.length} frames`)
  await owner.event('chat.typing', ({ users }) => users.length > 1)
  for (const { users } of owner.all('chat.typing')) assert.ok(users.length <= LIMITS.typingNamed)
})

test('C8 somebody who has posted or left is not named any more', async () => {
  await using server = await startTestServer()
  await using there = await roomOf(server.url, 5)
  const { room, owner, guests } = there
  const [first, said, gone, last] = guests
  for (const guest of [first, said, gone, last]) await guest?.ask({ type: 'chat.typing', room }, 'chat.typed')
  await said?.ask(say(room, 'done'), 'chat.ack')
  await gone?.ask({ type: 'chat.leave', room }, 'chat.left')
  const { users } = await owner.event('chat.typing', hint => hint.users.some(({ id }) => id === last?.userId))
  assert.deepEqual(
    users.map(({ id }) => id),
    [last?.userId],
  )
})

test('C8 L2 a flood of hints is refused and then closed, and the room is told next to nothing', async () => {
  await using server = await startTestServer({ requestsPerSecond: 100 })
  await using there = await roomOf(server.url, 3)
  const { room, owner, guests } = there
  const [flooder] = guests
  assert.ok(flooder !== undefined)
  const hint = { type: 'chat.typing', room } as const
  const answers = await Promise.all(Array.from({ length: 100 }, () => flooder.request(hint)))
  assert.equal(answers.filter(({ type }) => type === 'chat.typed').length, LIMITS.typingBurst)
  for (const answer of answers) {
    if (answer.type === 'error') assert.ok(answer.code === 'rateLimited' && (answer.retryAfterMs ?? 0) > 0)
  }
  for (let index = 0; index < 900; index++) flooder.raw(JSON.stringify({ ...hint, id: `f${index}` }))
  assert.equal(await flooder.closed(), 4429)
  await owner.ask(say(room, 'still here'), 'chat.ack')
  await owner.event('chat.chat')
  assert.ok(owner.all('chat.typing').length <= LIMITS.typingBurst)
})
