import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoopTurns } from '../../../server/turns/loop-turns.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

/** So many slices of work, each of which takes a millisecond of the clock. */
function slicedWork(name: string, slices: number, clock: { now: number }, handled: string[], address = name) {
  let left = slices
  return {
    address,
    doSlice: () => {
      clock.now += 1
      handled.push(name)
      return --left > 0
    },
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

test('those who wait take turns for as long as a turn lasts', async () => {
  const clock = { now: 0 }
  const turns = new LoopTurns(() => clock.now)
  const handled: string[] = []
  turns.waitForTurn(slicedWork('flood', 5, clock, handled))
  turns.waitForTurn(slicedWork('guest', 1, clock, handled))
  turns.waitForTurn(slicedWork('other', 2, clock, handled))
  const byTurn: string[][] = []
  while (handled.length < 8) {
    await nextTurn()
    byTurn.push(handled.slice(byTurn.flat().length))
  }
  assert.deepEqual(byTurn, [
    ['flood', 'guest'],
    ['other', 'flood'],
    ['other', 'flood'],
    ['flood', 'flood'],
  ])
})

test('a turn has time until it is used up, and the next one has time again', async () => {
  const clock = { now: 0 }
  const turns = new LoopTurns(() => clock.now)
  assert.ok(turns.hasTime)
  clock.now = 1.9
  assert.ok(turns.hasTime)
  clock.now = 2
  assert.ok(!turns.hasTime)
  await nextTurn()
  assert.ok(turns.hasTime)
})

test('abuse 7: upgrades share the turns with the input that waits', async () => {
  const clock = { now: 0 }
  const turns = new LoopTurns(() => clock.now)
  const handled: string[] = []
  const upgrade = (name: string) =>
    turns.doInTurn(name, () => {
      clock.now += 1
      handled.push(name)
    })
  for (const name of ['first', 'second', 'third']) upgrade(name)
  assert.deepEqual(handled, ['first', 'second'])
  turns.waitForTurn(slicedWork('guest', 2, clock, handled))
  upgrade('fourth')
  await nextTurn()
  assert.deepEqual(handled, ['first', 'second', 'third', 'guest'])
  await nextTurn()
  assert.deepEqual(handled, ['first', 'second', 'third', 'guest', 'fourth', 'guest'])
})

test('abuse 10: addresses take turns, however many wait at one of them', async () => {
  const clock = { now: 0 }
  const turns = new LoopTurns(() => clock.now)
  const handled: string[] = []
  for (const name of ['a', 'b', 'c']) turns.waitForTurn(slicedWork(name, 2, clock, handled, 'crowd'))
  turns.waitForTurn(slicedWork('guest', 2, clock, handled))
  while (handled.length < 8) await nextTurn()
  assert.deepEqual(handled, ['a', 'guest', 'b', 'guest', 'c', 'a', 'b', 'c'])
})

test('a connection that is gone gets no turn', async () => {
  const clock = { now: 0 }
  const turns = new LoopTurns(() => clock.now)
  const handled: string[] = []
  const gone = slicedWork('gone', 1, clock, handled)
  turns.waitForTurn(gone)
  turns.leaveTurns(gone)
  await nextTurn()
  assert.deepEqual(handled, [])
})

/** Work for each letter, at the address that it names. Notes when it is done. */
function finishAll(letters: string, options: { readonly costMs: number }) {
  let now = 0
  const turns = new LoopTurns(() => now)
  const made: string[] = []
  const all = [...letters].map(address =>
    turns.finishInTurn(address, async () => {
      made.push(address)
      now += options.costMs
    }),
  )
  return { turns, made, all: Promise.all(all) }
}

test('addresses take turns with work that takes long, however much one of them has', async () => {
  const { made, all } = finishAll('aaaaabbc', { costMs: 0 })
  await all
  assert.equal(made.join(''), 'aabcabaa')
})

test('in one turn of the event loop only a few long answers are made', async () => {
  const { made, all } = finishAll('a'.repeat(20), { costMs: 1 })
  await nextTurn() // in the first one there is time for what comes, and for what waits
  for (let before = 4; made.length < 20; before = made.length) {
    await nextTurn()
    assert.ok(made.length - before <= 2, `${made.length - before} in one turn`)
  }
  await all
})

test('an answer that waits holds up no other, and one that fails fails alone', async () => {
  const { turns, all } = finishAll('a', { costMs: 0 })
  await all
  const stored = Promise.withResolvers<void>()
  const slow = turns.finishInTurn('a', () => stored.promise)
  const failed = turns.finishInTurn('a', async () => {
    throw new Error('not this one')
  })
  await assert.rejects(failed, /not this one/)
  await turns.finishInTurn('b', async () => {})
  stored.resolve()
  await slow
  await turns.finishInTurn('a', async () => {})
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
