import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketReadTurn } from '../../../server/turns/socket-read-turn.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

/** Somebody with so much to do. Each turn takes a millisecond of the clock. */
function taker(name: string, turns: number, clock: { now: number }, handled: string[], address = name) {
  let left = turns
  return {
    address,
    takeTurn: () => {
      clock.now += 1
      handled.push(name)
      return --left > 0
    },
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

test('those who wait take turns for as long as a turn lasts', async () => {
  const clock = { now: 0 }
  const turn = new SocketReadTurn(() => clock.now)
  const handled: string[] = []
  turn.waitForTurn(taker('flood', 5, clock, handled))
  turn.waitForTurn(taker('guest', 1, clock, handled))
  turn.waitForTurn(taker('other', 2, clock, handled))
  const turns: string[][] = []
  while (handled.length < 8) {
    await nextTurn()
    turns.push(handled.slice(turns.flat().length))
  }
  assert.deepEqual(turns, [
    ['flood', 'guest'],
    ['other', 'flood'],
    ['other', 'flood'],
    ['flood', 'flood'],
  ])
})

test('a turn has time until it is used up, and the next one has time again', async () => {
  const clock = { now: 0 }
  const turn = new SocketReadTurn(() => clock.now)
  assert.ok(turn.hasTime)
  clock.now = 1.9
  assert.ok(turn.hasTime)
  clock.now = 2
  assert.ok(!turn.hasTime)
  await nextTurn()
  assert.ok(turn.hasTime)
})

test('abuse 7: upgrades share the turns with the input that waits', async () => {
  const clock = { now: 0 }
  const turn = new SocketReadTurn(() => clock.now)
  const handled: string[] = []
  const upgrade = (name: string) =>
    turn.carryOut(name, () => {
      clock.now += 1
      handled.push(name)
    })
  for (const name of ['first', 'second', 'third']) upgrade(name)
  assert.deepEqual(handled, ['first', 'second'])
  turn.waitForTurn(taker('guest', 2, clock, handled))
  upgrade('fourth')
  await nextTurn()
  assert.deepEqual(handled, ['first', 'second', 'third', 'guest'])
  await nextTurn()
  assert.deepEqual(handled, ['first', 'second', 'third', 'guest', 'fourth', 'guest'])
})

test('abuse 10: addresses take turns, however many wait at one of them', async () => {
  const clock = { now: 0 }
  const turn = new SocketReadTurn(() => clock.now)
  const handled: string[] = []
  for (const name of ['a', 'b', 'c']) turn.waitForTurn(taker(name, 2, clock, handled, 'crowd'))
  turn.waitForTurn(taker('guest', 2, clock, handled))
  while (handled.length < 8) await nextTurn()
  assert.deepEqual(handled, ['a', 'guest', 'b', 'guest', 'c', 'a', 'b', 'c'])
})

test('a connection that is gone gets no turn', async () => {
  const clock = { now: 0 }
  const turn = new SocketReadTurn(() => clock.now)
  const handled: string[] = []
  const gone = taker('gone', 1, clock, handled)
  turn.waitForTurn(gone)
  turn.leave(gone)
  await nextTurn()
  assert.deepEqual(handled, [])
})

/** So many lists take longer than a turn. */
const LISTS = 1_000

test('F6 C7 what was sent before a clean close is carried out, however much it is', async () => {
  await using server = await startTestServer()
  await using witness = await WireClient.hello(server.url)
  const { room } = await witness.ask({ type: 'room.create', title: 'x' }, 'room.created')
  await witness.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const sender = await WireClient.hello(server.url)
  await sender.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  for (let index = 0; index < LISTS; index++)
    sender.raw(JSON.stringify({ type: 'room.list', id: `l${index}` }))
  const last = { type: 'chat.send', id: 'last', room: room.id, clientMessageId: 'last', text: 'goodbye' }
  sender.raw(JSON.stringify(last))
  await sender[Symbol.asyncDispose]()
  const { message } = await witness.event('chat.chat')
  assert.equal(message.clientMessageId, 'last')
})
