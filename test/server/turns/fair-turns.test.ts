import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FairTurns, type TurnLimits } from '../../../server/turns/fair-turns.ts'

/** Turns, and the names of those that have begun, in order. A name begins with its address. */
function turnsOf(limits: Partial<TurnLimits>) {
  const clock = { now: 0 }
  const all = { atOnce: 1, perAddress: 10, kept: 0, waiting: 100, waitingPerAddress: 100, refusal: 'no' }
  const turns = new FairTurns({ ...all, ...limits }, () => clock.now)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const take = (name: string, person = 'somebody') => {
    const taken = turns.takeTurn({ address: name[0] ?? '', person })
    ends.set(name, taken.end)
    void taken.begun.then(hasTurn => hasTurn && begun.push(name))
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await turn()
  }
  /** Ends what runs until nothing more begins, and tells the order in which all began. */
  const order = async () => {
    await turn()
    for (let index = 0; index < begun.length; index++) await end(begun[index] ?? '')
    return begun.join(' ')
  }
  return { take, end, order, begun, turns, clock }
}

test('addresses get turns one after the other, however much one of them asks for', async () => {
  const { take, order } = turnsOf({})
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) take(name)
  assert.equal(await order(), 'a1 b1 c1 a2 b2 a3 a4')
})

test('the people of one address get turns one after the other too', async () => {
  const { take, order } = turnsOf({})
  for (const name of ['a1', 'a2', 'a3', 'a4']) take(name, 'guesser')
  take('a5', 'me')
  assert.equal(await order(), 'a1 a2 a5 a3 a4')
})

test('an address gets no more turns at once than it may, and nobody waits for it', async () => {
  const { take, end, begun } = turnsOf({ atOnce: 3, perAddress: 2 })
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1']) take(name)
  await end('')
  assert.deepEqual(begun, ['a1', 'a2', 'b1'])
  await end('b1')
  assert.deepEqual(begun.slice(3), ['c1'])
  await end('a2')
  assert.deepEqual(begun.slice(4), ['a3'])
})

test('the last turns are kept for addresses that have none', async () => {
  const { take, end, begun, turns } = turnsOf({ atOnce: 4, kept: 2 })
  for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) take(name)
  await end('')
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1'])
  await end('c1')
  assert.deepEqual([begun.length, turns.turnsOf('a')], [4, 2])
  for (const name of ['b1', 'a1']) await end(name)
  assert.deepEqual(begun.slice(4), ['b2'], 'b has none left')
})

test('who leaves the line gets no turn, and a turn is given back once', async () => {
  const { take, end, begun } = turnsOf({})
  for (const name of ['a1', 'b1', 'c1', 'd1']) take(name)
  await end('b1')
  await end('a1')
  await end('a1')
  await end('b1')
  assert.deepEqual(begun, ['a1', 'c1'])
  for (const name of ['c1', 'd1', 'd1', 'c1']) await end(name)
  take('a2')
  await end('d1')
  take('a3')
  await end('')
  assert.deepEqual(begun, ['a1', 'c1', 'd1', 'a2'])
})

test('D11 so many may wait in all and at one address, and one more of an address with none', async () => {
  const { take, order } = turnsOf({ waiting: 4, waitingPerAddress: 2 })
  for (const name of ['a0', 'a1', 'a2', 'b1', 'b2']) take(name)
  const refusal = { code: 'unavailable', retryAfterMs: 1_000 }
  assert.throws(() => take('a3'), refusal)
  take('c1')
  assert.throws(() => take('c2'), refusal)
  assert.equal(await order(), 'a0 b1 c1 a1 b2 a2')
})

test('an address that had no turn lately does not wait for each of those that ask on and on', async () => {
  const { take, end, begun, clock } = turnsOf({})
  const next = () => end(begun.at(-1) ?? '')
  for (const address of 'abcdef') for (const count of '12345') take(`${address}${count}`)
  await end('')
  for (let turns = 0; turns < 12; turns++) await next()
  take('z1')
  await next()
  assert.equal(begun.at(-1), 'z1')
  take('z2')
  for (let turns = 0; turns < 5; turns++) await next()
  assert.doesNotMatch(begun.join(' '), /z2/, 'z has just had a turn when it comes again')
  clock.now += 60_000
  take('y1')
  await next()
  assert.equal(begun.at(-1), 'y1')
})

test('addresses that come anew all the time leave every fourth turn to the others', async () => {
  const { take, order } = turnsOf({})
  for (const name of ['a1', 'a2', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1']) take(name)
  assert.equal(await order(), 'a1 b1 c1 a2 d1 e1 f1 g1')
})
