import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerMessage } from '../../../protocol/server-messages.ts'
import { Lobby } from '../../../server/chat/lobby.ts'
import { createTokens } from '../../../server/identity/tokens.ts'
import { NO_METRICS } from '../../../server/metrics/server-metrics.ts'
import { AnswerBudget } from '../../../server/session/answer-budget.ts'
import { KeyedRateBuckets } from '../../../server/session/rate-limit.ts'
import { Session } from '../../../server/session/session.ts'
import type { SessionServices } from '../../../server/session/session-services.ts'

const HELLO_TIMEOUT_MS = 10_000
const OPEN = { perSecond: 1e9, burst: 1e9 }

/** A session without a socket below it. Its rates go by a clock of its own. */
function openSession(rooms: object = {}, newcomersBefore = 0) {
  const clock = { now: 0 }
  const now = () => clock.now
  const lobby = new Lobby()
  const logged: string[] = []
  const sent: ServerMessage[] = []
  const link = {
    connectionId: 1,
    address: '192.0.2.1',
    closedWith: undefined as string | undefined,
    heard: 0,
    send: (message: ServerMessage) => void sent.push(message),
    sendText: (text: string) => void sent.push(JSON.parse(text)),
    deliverFrames: () => void link.heard++,
    close: (reason: string) => {
      link.closedWith ??= reason
    },
  }
  const identities = new KeyedRateBuckets({ perSecond: 1 / 60, burst: 1 }, 10, now)
  for (let newcomer = 0; newcomer < newcomersBefore; newcomer++) identities.takeToken(link.address)
  const services = {
    rooms,
    lobby,
    tokens: createTokens('a secret for this test'),
    identities,
    creations: new KeyedRateBuckets({ perSecond: 1, burst: 100 }, 10, now),
    joins: new KeyedRateBuckets({ perSecond: 1, burst: 100 }, 10, now),
    messages: new KeyedRateBuckets({ perSecond: 1, burst: 100 }, 10, now),
    answers: new AnswerBudget({ address: OPEN, server: OPEN }, 10, now),
    settings: {
      requestRate: { perSecond: 1, burst: 1 },
      messageRate: { perSecond: 1, burst: 1 },
      helloTimeoutMs: HELLO_TIMEOUT_MS,
    },
    version: 'gifchat/test',
    log: {
      debug: () => {},
      info: () => {},
      error: (details: { error?: unknown }, message: string) =>
        void logged.push(`${message}: ${details.error}`),
    },
    metrics: NO_METRICS,
    now,
  } as unknown as SessionServices // rooms are what each test needs of them
  const session = new Session(link, services)
  let asked = 0
  /** Sends a request when the rate allows one again; returns its answer, if that came at once. */
  const ask = (request: object) => {
    clock.now += 1_000
    return askAtOnce(request)
  }
  const askAtOnce = (request: object) => {
    const id = String(++asked)
    session.receiveFrame(JSON.stringify({ ...request, id }))
    return sent.find(message => 'id' in message && message.id === id)
  }
  return { session, lobby, logged, sent, link, ask, askAtOnce }
}

test('I1 only a connection that has not said hello in time is closed', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const silent = openSession()
  const greeted = openSession()
  assert.equal(greeted.ask({ type: 'hello' })?.type, 'welcome')
  context.mock.timers.tick(HELLO_TIMEOUT_MS - 1)
  assert.equal(silent.link.closedWith, undefined)
  context.mock.timers.tick(1)
  assert.deepEqual([silent.link.closedWith, greeted.link.closedWith], ['helloTimeout', undefined])
  const gone = openSession()
  gone.session.connectionClosed(false)
  context.mock.timers.tick(10 * HELLO_TIMEOUT_MS)
  assert.equal(gone.link.closedWith, undefined)
})

test('L2 frames that are taken make up for frames that were refused, but not in advance', () => {
  const { link, ask, askAtOnce } = openSession()
  const request = { type: 'room.unsubscribe' }
  ask({ type: 'hello' })
  for (let count = 0; count < 500; count++) {
    assert.equal(ask(request)?.type, 'room.unsubscribed')
    assert.equal(askAtOnce(request)?.type, 'error')
  }
  assert.equal(link.closedWith, undefined, 'half of its frames were taken')
  assert.equal(ask(request)?.type, 'room.unsubscribed')
  for (let refused = 1; refused <= 200; refused++) askAtOnce(request)
  assert.equal(link.closedWith, undefined)
  askAtOnce(request)
  assert.equal(link.closedWith, 'flood')
})

test('E1 a fault of the server is answered as one, told to the log alone, and the connection stays', async () => {
  for (const fail of [
    () => {
      throw new TypeError('a detail of the server')
    },
    () => Promise.reject(new TypeError('a detail of the server')),
  ]) {
    const room = { join: fail }
    const { ask, sent, logged, link } = openSession({ findRoom: () => room })
    ask({ type: 'hello' })
    ask({ type: 'chat.join', room: 'room' })
    await new Promise(resolve => setImmediate(resolve))
    const answer = sent.at(-1)
    assert.ok(answer?.type === 'error')
    assert.deepEqual([answer.id, answer.code], ['2', 'internal'])
    assert.doesNotMatch(JSON.stringify(answer), /detail|TypeError/)
    assert.equal(logged.length, 1)
    assert.match(logged[0] ?? '', /a detail of the server/)
    assert.equal(ask({ type: 'room.unsubscribe' })?.type, 'room.unsubscribed')
    assert.equal(link.closedWith, undefined)
  }
})

test('I1 L2 a newcomer beyond the rate of its address may say hello again, and has the time for it', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { link, ask } = openSession({}, 1)
  const refused = ask({ type: 'hello' })
  assert.ok(refused?.type === 'error' && refused.code === 'rateLimited')
  const { retryAfterMs = 0 } = refused
  assert.ok(retryAfterMs > HELLO_TIMEOUT_MS, `${retryAfterMs}`)
  context.mock.timers.tick(retryAfterMs + HELLO_TIMEOUT_MS - 1)
  assert.equal(link.closedWith, undefined)
  for (let passed = 0; passed < retryAfterMs; passed += 1_000) ask({ type: 'room.lis' })
  assert.equal(ask({ type: 'hello' })?.type, 'welcome')
  context.mock.timers.tick(10 * HELLO_TIMEOUT_MS)
  assert.equal(link.closedWith, undefined)

  const silent = openSession({}, 1)
  silent.ask({ type: 'hello' })
  context.mock.timers.tick(retryAfterMs + HELLO_TIMEOUT_MS)
  assert.equal(silent.link.closedWith, 'helloTimeout')
})

test('R5 a connection that is gone hears nothing more of the lobby', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { session, lobby, link, ask } = openSession()
  const summary = {
    id: 'room',
    title: 'room',
    people: 0,
    max: 10,
    hasPassword: false,
    owner: { id: 'ann', color: '#112233' },
    createdAt: 0,
  }
  const room = { id: 'room', people: 0, summary: () => summary }
  ask({ type: 'hello' })
  ask({ type: 'room.subscribe' })
  lobby.addRoom(room)
  context.mock.timers.tick(1_000)
  assert.equal(link.heard, 1)
  session.connectionClosed(true)
  lobby.removeRoom(room)
  context.mock.timers.tick(1_000)
  assert.equal(link.heard, 1)
})

test('C6 a join that waits knows when its connection has gone', async () => {
  let isConnected: (() => boolean) | undefined
  const room = {
    join(member: { isConnected(): boolean }) {
      isConnected = () => member.isConnected()
      return new Promise<void>(() => {})
    },
  }
  const { session, ask } = openSession({ findRoom: () => room })
  ask({ type: 'hello' })
  ask({ type: 'chat.join', room: 'room' })
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(isConnected?.(), true)
  session.connectionClosed(false)
  assert.equal(isConnected?.(), false)
})
