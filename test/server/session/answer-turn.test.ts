import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AnswerTurn } from '../../../server/session/answer-turn.ts'

/** Takes a turn for each letter, at the address that it names, and notes when it comes. */
function takeTurns(letters: string, options: { readonly costMs: number }) {
  let now = 0
  const turn = new AnswerTurn(() => now)
  const made: string[] = []
  const all = [...letters].map(address =>
    turn.takeTurn(address, async () => {
      made.push(address)
      now += options.costMs
    }),
  )
  return { turn, made, all: Promise.all(all) }
}

test('addresses take turns, however many requests one of them has', async () => {
  const { made, all } = takeTurns('aaaaabbc', { costMs: 0 })
  await all
  assert.equal(made.join(''), 'aabcabaa')
})

test('in one turn of the event loop only a few long answers are made', async () => {
  const { made, all } = takeTurns('a'.repeat(20), { costMs: 1 })
  let turns = 0
  for (let before = 0; made.length < 20; before = made.length) {
    await nextTurn()
    turns++
    assert.ok(made.length - before <= 2, `${made.length - before} in one turn`)
  }
  assert.ok(turns >= 9)
  await all
})

test('an answer that waits holds up no other, and one that fails fails alone', async () => {
  const { turn, all } = takeTurns('a', { costMs: 0 })
  await all
  const stored = Promise.withResolvers<void>()
  const slow = turn.takeTurn('a', () => stored.promise)
  const failed = turn.takeTurn('a', async () => {
    throw new Error('not this one')
  })
  await assert.rejects(failed, /not this one/)
  await turn.takeTurn('b', async () => {})
  stored.resolve()
  await slow
  await turn.takeTurn('a', async () => {})
})
