import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { RequestError } from '../../../protocol/error-codes.ts'
import { PasswordGuard } from '../../../server/session/password-guard.ts'

/** A guard on a clock that a test moves by hand. */
function guardAt(start: number) {
  const clock = { now: start }
  const guard = new PasswordGuard(() => clock.now)
  let attempts = 0
  const wrong = (): Promise<void> => {
    attempts++
    return Promise.reject(new RequestError('wrongPassword', 'not the password'))
  }
  /** Makes a wrong guess. Resolves with the code of the answer and the wait in it. */
  const guess = async (address = 'here', room = 'room') => {
    const error = await guard.guardGuess(address, room, wrong).then(
      () => assert.fail('a wrong password was taken'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof RequestError)
    return [error.code, error.retryAfterMs] as const
  }
  return { clock, guard, guess, attempts: () => attempts }
}

test('C4 each wrong password doubles the wait, from half a second up to thirty', async () => {
  const { clock, guess } = guardAt(1_000)
  const waits: number[] = []
  for (let count = 0; count < 9; count++) {
    const [code, retryAfterMs = 0] = await guess()
    assert.equal(code, 'wrongPassword')
    waits.push(retryAfterMs)
    clock.now += retryAfterMs
  }
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('C4 a guess before the wait is over is not tried, and does not make the wait longer', async () => {
  const { clock, guess, attempts } = guardAt(1_000)
  await guess()
  clock.now += 1
  assert.deepEqual(await guess(), ['rateLimited', 499])
  clock.now += 498
  assert.deepEqual(await guess(), ['rateLimited', 1])
  assert.equal(attempts(), 1)
  clock.now += 1
  assert.deepEqual(await guess(), ['wrongPassword', 1_000])
})

test('C4 each address has its own wait, and so has each room', async () => {
  const { guess } = guardAt(1_000)
  for (const [address, room] of [
    ['here', 'room'],
    ['there', 'room'],
    ['here', 'other'],
  ]) {
    assert.deepEqual(await guess(address, room), ['wrongPassword', 500])
  }
})

test('C4 only a wrong password makes a wait, and any other error is passed on unchanged', async () => {
  const { guard, guess } = guardAt(1_000)
  const full = new RequestError('roomFull', 'full')
  await assert.rejects(
    guard.guardGuess('here', 'room', () => Promise.reject(full)),
    full,
  )
  await guard.guardGuess('here', 'room', () => Promise.resolve())
  assert.deepEqual(await guess(), ['wrongPassword', 500])
})

test('C4 guesses that come at once are tried one after the other, so only the first counts', async () => {
  const { guard, guess } = guardAt(1_000)
  const slow = Promise.withResolvers<void>()
  const first = guard.guardGuess('here', 'room', () => slow.promise)
  const others = Promise.all([guess(), guess()])
  await turn()
  slow.reject(new RequestError('wrongPassword', 'not the password'))
  await assert.rejects(first, { code: 'wrongPassword', retryAfterMs: 500 })
  assert.deepEqual(await others, Array(2).fill(['rateLimited', 500]))
})

test('C4 wrong passwords are forgotten after a long while without one', async () => {
  const { clock, guess } = guardAt(1_000)
  for (const wait of [500, 1_000, 2_000]) {
    assert.deepEqual(await guess(), ['wrongPassword', wait])
    clock.now += wait
  }
  clock.now += 5 * 60_000
  assert.deepEqual(await guess(), ['wrongPassword', 4_000])
  clock.now += 60 * 60_000
  assert.deepEqual(await guess(), ['wrongPassword', 500])
})
