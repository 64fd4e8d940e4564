import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { RequestError } from '../../../protocol/error-codes.ts'
import { PasswordGuard, type PasswordGuess } from '../../../server/chat/passwords/password-guard.ts'

/** A guard on a clock that a test moves by hand. */
function guardAt(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000 })
  const guard = new PasswordGuard(Date.now)
  /** Who was tried, in order. */
  const tried: string[] = []
  /**
   * Makes a guess. Resolves with the code of the answer and the wait in it, or with `in`. A user's
   * name that begins with `right` knows the password.
   */
  const guess = async (
    user: string,
    { address = 'here', room = 'room', ...more }: Partial<PasswordGuess> = {},
  ): Promise<readonly [string, number?]> => {
    const asked: PasswordGuess = {
      address,
      user,
      room,
      isKnown: false,
      isConnected: () => true,
      onStandingInLine: () => {},
      async tryPassword() {
        tried.push(user)
        if (!user.startsWith('right')) throw new RequestError('wrongPassword', 'not the password')
      },
      ...more,
    }
    try {
      await guard.guardGuess(asked)
      return ['in']
    } catch (error) {
      assert.ok(error instanceof RequestError)
      return [error.code, error.retryAfterMs ?? 0]
    }
  }
  /** Moves the clock and lets everything happen that was due. */
  const pass = async (ms: number) => {
    context.mock.timers.tick(ms)
    await turn()
  }
  return { guess, guard, tried, pass }
}

test('C4 each wrong password doubles the wait, from half a second up to thirty', async context => {
  const { guess, pass } = guardAt(context)
  const waits: number[] = []
  for (let count = 0; count < 9; count++) {
    const [code, retryAfterMs = 0] = await guess('me')
    assert.equal(code, 'wrongPassword')
    waits.push(retryAfterMs)
    await pass(retryAfterMs)
  }
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('C4 a guess before the wait is over is not tried, and does not make the wait longer', async context => {
  const { guess, pass, tried } = guardAt(context)
  await guess('me')
  await pass(1)
  assert.deepEqual(await guess('me'), ['rateLimited', 499])
  await pass(498)
  assert.deepEqual(await guess('me'), ['rateLimited', 1])
  assert.equal(tried.length, 1)
  await pass(1)
  assert.deepEqual(await guess('me'), ['wrongPassword', 1_000])
})

test('C4 each person has a wait of their own, and so has each room', async context => {
  const { guess } = guardAt(context)
  assert.deepEqual(await guess('me'), ['wrongPassword', 500])
  assert.deepEqual(await guess('you', { address: 'there' }), ['wrongPassword', 500])
  assert.deepEqual(await guess('me', { room: 'other' }), ['wrongPassword', 500])
  assert.deepEqual(await guess('me', { address: 'elsewhere' }), ['rateLimited', 500])
})

test('C4 only a wrong password makes a wait, and any other error is passed on unchanged', async context => {
  const { guess } = guardAt(context)
  const tryPassword = () => Promise.reject(new RequestError('roomFull', 'full'))
  assert.deepEqual(await guess('me', { tryPassword }), ['roomFull', 0])
  assert.deepEqual(await guess('right'), ['in'])
  assert.deepEqual(await guess('me'), ['wrongPassword', 500])
})

test('C4 guesses that come at once are tried one after the other, so only the first counts', async context => {
  const { guess } = guardAt(context)
  const slow = Promise.withResolvers<void>()
  const first = guess('me', { tryPassword: () => slow.promise })
  const others = Promise.all([guess('me'), guess('me')])
  await turn()
  slow.reject(new RequestError('wrongPassword', 'not the password'))
  assert.deepEqual(await first, ['wrongPassword', 500])
  assert.deepEqual(await others, Array(2).fill(['rateLimited', 500]))
})

test('C4 wrong passwords are forgotten after a long while without one', async context => {
  const { guess, pass } = guardAt(context)
  for (const wait of [500, 1_000, 2_000]) {
    assert.deepEqual(await guess('me'), ['wrongPassword', wait])
    await pass(wait)
  }
  await pass(5 * 60_000)
  assert.deepEqual(await guess('me'), ['wrongPassword', 4_000])
  await pass(60 * 60_000)
  assert.deepEqual(await guess('me'), ['wrongPassword', 500])
})

test('C4 a right password gets in although somebody else of its address guesses again and again', async context => {
  const { guess, pass } = guardAt(context)
  for (let count = 0; count < 8; count++) await pass((await guess('guesser'))[1] ?? 0)
  assert.deepEqual(await guess('guesser'), ['wrongPassword', 30_000])
  assert.deepEqual(await guess('right'), ['in'])
  assert.deepEqual(await guess('guesser'), ['rateLimited', 30_000])
})

test('C4 a guess waits for the wrong first guesses of others and is then tried, not refused', async context => {
  const { guess, pass, tried } = guardAt(context)
  await guess('one')
  const answers: string[] = []
  let timesInLine = 0
  const onStandingInLine = () => timesInLine++
  for (const user of ['two', 'right'])
    void guess(user, { onStandingInLine }).then(([code]) => answers.push(`${user} ${code}`))
  await pass(499)
  assert.deepEqual([answers, timesInLine > 0], [[], true])
  await pass(1)
  assert.deepEqual(answers, ['two wrongPassword'])
  await pass(999)
  assert.equal(answers.length, 1)
  await pass(1)
  assert.deepEqual(answers, ['two wrongPassword', 'right in'])
  assert.deepEqual(tried, ['one', 'two', 'right'])
})

test('C4 who mistyped comes before those who guessed wrong more often', async context => {
  const { guess, pass, tried } = guardAt(context)
  for (let count = 0; count < 3; count++) await pass((await guess('guesser'))[1] ?? 0)
  await pass((await guess('other'))[1] ?? 0)
  const slip = () => Promise.reject(new RequestError('wrongPassword', 'a slip'))
  void guess('right', { tryPassword: slip })
  await pass(500)
  await pass(5_000)
  assert.deepEqual(await guess('other'), ['wrongPassword', 1_000])
  const guesser = guess('guesser')
  const right = guess('right')
  await turn()
  assert.equal(tried.at(-1), 'other')
  await pass(2_000)
  assert.deepEqual([await right, (await guesser)[0]], [['in'], 'wrongPassword'])
  assert.deepEqual(tried.slice(-2), ['right', 'guesser'])
})

test('C4 many people behind one address have eight guesses a minute at a room, and no more', async context => {
  const { guess, pass, tried } = guardAt(context)
  let people = 0
  const guessOn = async (user: string): Promise<void> => {
    const [, wait = 0] = await guess(user)
    // Somebody new takes the place, and the old one goes on as well.
    if (people < 400) void guessOn(`person ${people++}`)
    setTimeout(() => void guessOn(user), wait)
  }
  for (let index = 0; index < 40; index++) void guessOn(`person ${people++}`)
  for (let second = 0; second < 300; second++) await pass(1_000)
  const before = tried.length
  for (let second = 0; second < 600; second++) await pass(1_000)
  assert.ok(tried.length - before <= 80, `${tried.length - before} guesses in ten minutes`)
  assert.ok(tried.length - before >= 60, 'and that many are tried')
})

test('C4 who has shown the password before stands in no line, and a wrong guess makes a wait', async context => {
  const { guess } = guardAt(context)
  await guess('one')
  assert.deepEqual(await guess('right', { isKnown: true }), ['in'])
  assert.deepEqual(await guess('slip', { isKnown: true }), ['wrongPassword', 500])
  assert.deepEqual(await guess('slip', { isKnown: true }), ['rateLimited', 500])
})

test('C4 the guess of somebody who is gone is not tried, and keeps nobody waiting', async context => {
  const { guess, pass, tried } = guardAt(context)
  await guess('one')
  let isConnected = true
  const gone = guess('gone', { isConnected: () => isConnected })
  const right = guess('right')
  isConnected = false
  await pass(500)
  assert.deepEqual(await Promise.all([gone, right]), [['in'], ['in']])
  assert.deepEqual(tried, ['one', 'right'])
})

test('C4 a full line is refused, but makes place for who guessed wrong less often', async context => {
  const { guess, pass, tried } = guardAt(context)
  await pass((await guess('guesser'))[1] ?? 0)
  const never = { tryPassword: () => new Promise<never>(() => {}) }
  void guess('right', never)
  const guesser = guess('guesser')
  for (let index = 0; index < 255; index++) void guess(`right ${index}`)
  void guess('right too')
  assert.equal((await guesser)[0], 'rateLimited')
  assert.deepEqual(await guess('right at last'), ['rateLimited', 1_000])
  assert.equal(tried.length, 1)
})

test('C4 one person has four places in a line', async context => {
  const { guess } = guardAt(context)
  await guess('one')
  for (let index = 0; index < 4; index++) void guess('right')
  assert.deepEqual(await guess('right'), ['rateLimited', 1_000])
})
