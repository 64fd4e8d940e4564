import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameTurn } from '../../../server/transport/frame-turn.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

/** A connection with so many frames that wait. Each takes a millisecond of the clock. */
function connection(name: string, frames: number, clock: { now: number }, handled: string[]) {
  let left = frames
  return {
    handleNextFrame: () => {
      clock.now += 1
      handled.push(name)
      return --left > 0
    },
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

test('connections that wait take turns, a frame each, for as long as a turn lasts', async () => {
  const clock = { now: 0 }
  const turn = new FrameTurn(() => clock.now)
  const handled: string[] = []
  turn.waitForTurn(connection('flood', 5, clock, handled))
  turn.waitForTurn(connection('guest', 1, clock, handled))
  turn.waitForTurn(connection('other', 2, clock, handled))
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
  const turn = new FrameTurn(() => clock.now)
  assert.ok(turn.hasTime)
  clock.now = 1.9
  assert.ok(turn.hasTime)
  clock.now = 2
  assert.ok(!turn.hasTime)
  await nextTurn()
  assert.ok(turn.hasTime)
})

test('abuse 7: upgrades share the turns with the frames that wait', async () => {
  const clock = { now: 0 }
  const turn = new FrameTurn(() => clock.now)
  const handled: string[] = []
  const upgrade = (name: string) =>
    turn.carryOut(() => {
      clock.now += 1
      handled.push(name)
    })
  for (const name of ['first', 'second', 'third']) upgrade(name)
  assert.deepEqual(handled, ['first', 'second'])
  turn.waitForTurn(connection('guest', 2, clock, handled))
  upgrade('fourth')
  await nextTurn()
  assert.deepEqual(handled, ['first', 'second', 'third', 'guest'])
  await nextTurn()
  assert.deepEqual(handled, ['first', 'second', 'third', 'guest', 'fourth', 'guest'])
})

test('a connection that is gone gets no turn', async () => {
  const clock = { now: 0 }
  const turn = new FrameTurn(() => clock.now)
  const handled: string[] = []
  const gone = connection('gone', 1, clock, handled)
  turn.waitForTurn(gone)
  turn.forget(gone)
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
