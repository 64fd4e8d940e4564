import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

async function roomWith(url: string, more: object = {}) {
  const owner = await WireClient.hello(url)
  const { room } = await owner.ask(
    { type: 'room.create', title: 'room', max: 1_000, ...more },
    'room.created',
  )
  const joined = await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  return { owner, room: room.id, joined }
}

const say = (room: string, clientMessageId: string, text = clientMessageId) =>
  ({ type: 'chat.send', room, clientMessageId, text }) as const

test('D1 D2 messages are numbered from 1 without a hole and reach everybody in that order', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  await using guest = await WireClient.hello(server.url)
  await guest.ask({ type: 'chat.join', room }, 'chat.joined')
  const acks = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? owner : guest).ask(say(room, `m${index}`), 'chat.ack'),
    ),
  )
  assert.deepEqual(
    acks.map(({ seq }) => seq).toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, index) => index + 1),
  )
  for (const client of [owner, guest]) {
    for (let seq = 1; seq <= 50; seq++) assert.equal((await client.event('chat.chat')).message.seq, seq)
  }
  const mine = guest.all('chat.chat').filter(({ message }) => message.user.id === guest.userId)
  assert.equal(mine.length, 25)
  await owner[Symbol.asyncDispose]()
})

test('D3 a resend gets the first ack and is shown once, even in one batch or on another connection', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  const [first, twin] = await Promise.all([
    owner.ask(say(room, 'same', 'first'), 'chat.ack'),
    owner.ask(say(room, 'same', 'second'), 'chat.ack'),
  ])
  assert.deepEqual([twin.seq, twin.createdAt], [first.seq, first.createdAt])
  await using elsewhere = await WireClient.hello(server.url, owner.token)
  await elsewhere.ask({ type: 'chat.join', room }, 'chat.joined')
  assert.equal((await elsewhere.ask(say(room, 'same'), 'chat.ack')).seq, first.seq)
  // Another person may use the same id.
  await using other = await WireClient.hello(server.url)
  await other.ask({ type: 'chat.join', room }, 'chat.joined')
  assert.equal((await other.ask(say(room, 'same'), 'chat.ack')).seq, first.seq + 1)
  await owner.event('chat.chat', ({ message }) => message.user.id === other.userId)
  assert.equal(owner.all('chat.chat').length, 2)
  await owner[Symbol.asyncDispose]()
})

test('D6 a resume brings exactly what was missed, in one round trip', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  for (let index = 1; index <= 1_200; index += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, step) => owner.ask(say(room, `m${index + step}`), 'chat.ack')),
    )
  }
  await using guest = await WireClient.hello(server.url)
  const resumed = await guest.ask({ type: 'chat.join', room, sinceSeq: 200 }, 'chat.joined')
  assert.equal(resumed.gap, false)
  assert.deepEqual(
    resumed.messages.map(({ seq }) => seq),
    Array.from({ length: 1_000 }, (_, index) => index + 201),
  )
  const nothing = await guest.ask({ type: 'chat.join', room, sinceSeq: 1_200 }, 'chat.joined')
  assert.deepEqual(nothing.messages, [])
  const fresh = await guest.ask({ type: 'chat.join', room }, 'chat.joined')
  assert.deepEqual([fresh.messages.length, fresh.messages.at(-1)?.seq, fresh.lastSeq], [50, 1_200, 1_200])
  await owner[Symbol.asyncDispose]()
})

test('D7 M4 a resume tells of a gap, and pages of history fill it', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  const total = 2_300
  for (let index = 1; index <= total; index += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, step) => owner.ask(say(room, `m${index + step}`), 'chat.ack')),
    )
  }
  await using guest = await WireClient.hello(server.url)
  const resumed = await guest.ask({ type: 'chat.join', room, sinceSeq: 5 }, 'chat.joined')
  assert.equal(resumed.gap, true)
  const seqs = resumed.messages.map(({ seq }) => seq)
  while ((seqs[0] ?? 0) > 6) {
    const page = await guest.ask(
      { type: 'chat.history', room, beforeSeq: seqs[0], limit: 100 },
      'chat.history',
    )
    seqs.unshift(...page.messages.map(({ seq }) => seq).filter(seq => seq > 5))
  }
  assert.deepEqual(
    seqs,
    Array.from({ length: total - 5 }, (_, index) => index + 6),
  )
  assert.deepEqual(
    (await guest.ask({ type: 'chat.history', room, beforeSeq: 1 }, 'chat.history')).messages,
    [],
  )
  await owner[Symbol.asyncDispose]()
})

test('D1 T4 after a restart acked messages are there, seqs have no hole, and a resend is recognized', async () => {
  await using first = await startTestServer()
  const { owner, room } = await roomWith(first.url, { password: undefined })
  for (const name of ['a', 'b', 'c']) await owner.ask(say(room, name), 'chat.ack')
  await first.close()
  assert.equal(await owner.closed(), 1012)
  assert.equal(owner.all('serverRestart').length, 1)
  await using second = await startTestServer({ keep: first.directory })
  await using back = await WireClient.hello(second.url, owner.token)
  const resumed = await back.ask({ type: 'chat.join', room, sinceSeq: 1 }, 'chat.joined')
  assert.deepEqual(
    resumed.messages.map(message => 'text' in message && message.text),
    ['b', 'c'],
  )
  assert.equal((await back.ask(say(room, 'b'), 'chat.ack')).seq, 2)
  assert.equal((await back.ask(say(room, 'd'), 'chat.ack')).seq, 4)
})

test('M5 a reply names the message it answers: live, in history, in a resume and after a restart', async () => {
  await using first = await startTestServer()
  const { owner, room } = await roomWith(first.url)
  await owner.ask(say(room, 'question'), 'chat.ack')
  const reply = { ...say(room, 'answer'), replyTo: 1 }
  for (const replyTo of [2, 3, Number.MAX_SAFE_INTEGER]) {
    const { code, field } = await owner.refused({ ...say(room, 'too early'), replyTo })
    assert.deepEqual([code, field], ['invalidRequest', 'replyTo'])
  }
  const ack = await owner.ask(reply, 'chat.ack')
  assert.equal(ack.seq, 2)
  assert.equal((await owner.ask(reply, 'chat.ack')).seq, 2)
  const live = await owner.event('chat.chat', ({ message }) => message.seq === 2)
  assert.equal(live.message.replyTo, 1)
  const history = await owner.ask({ type: 'chat.history', room }, 'chat.history')
  assert.deepEqual(
    history.messages.map(({ replyTo }) => replyTo),
    [undefined, 1],
  )
  await first.close()
  await using second = await startTestServer({ keep: first.directory })
  await using back = await WireClient.hello(second.url, owner.token)
  const resumed = await back.ask({ type: 'chat.join', room, sinceSeq: 1 }, 'chat.joined')
  assert.deepEqual(
    resumed.messages.map(({ replyTo }) => replyTo),
    [1],
  )
  assert.equal((await back.ask({ ...say(room, 'later'), replyTo: 2 }, 'chat.ack')).seq, 3)
})

test('M2 a text must be visible and not too long', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  for (const text of ['', '   ', '\n\n', '\u200b', '\u3164', 'x'.repeat(2_001), '\u0000\u0007']) {
    assert.equal((await owner.refused(say(room, 'm', text))).code, 'invalidRequest', JSON.stringify(text))
  }
  for (const text of [
    'x'.repeat(2_000),
    '😀'.repeat(2_000),
    ' padded ',
    '한글 '.repeat(600),
    '__proto__',
    '$where',
  ]) {
    await owner.ask(say(room, `ok ${text.slice(0, 20)}`, text), 'chat.ack')
    const { message } = await owner.event('chat.chat')
    assert.equal('text' in message && message.text, text)
  }
  await owner.ask(say(room, 'lone', 'half \ud83d'), 'chat.ack')
  const { message } = await owner.event('chat.chat')
  assert.equal('text' in message && message.text, 'half \ufffd')
  await owner[Symbol.asyncDispose]()
})

test('F3 M2 an id with half a character is refused, since no store and no socket would give it back', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  const { code, field } = await owner.refused(say(room, 'a\ud800', 'text'))
  assert.deepEqual([code, field], ['invalidRequest', 'clientMessageId'])
  owner.raw('{"type":"room.list","id":"a\\ud800"}')
  assert.equal(await owner.closed(), 4400)
})

test('C5 members are told of joins and exits, and of a crowd in few frames', async () => {
  await using server = await startTestServer()
  const { owner, room } = await roomWith(server.url)
  const crowd = await Promise.all(Array.from({ length: 60 }, () => WireClient.hello(server.url)))
  await Promise.all(crowd.map(client => client.ask({ type: 'chat.join', room }, 'chat.joined')))
  await owner.event('chat.join', ({ people }) => people === 61)
  const joined = new Set(owner.all('chat.join').flatMap(({ users }) => users.map(({ id }) => id)))
  for (const client of crowd) assert.ok(joined.has(client.userId))
  assert.ok(owner.all('chat.join').length < 60, 'presence was not gathered')
  await Promise.all(crowd.map(client => client[Symbol.asyncDispose]()))
  await owner.event('chat.exit', ({ people }) => people === 1)
  await owner[Symbol.asyncDispose]()
})
