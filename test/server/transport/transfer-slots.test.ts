import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type TransferSlot, TransferSlots } from '../../../server/transport/transfer-slots.ts'
import type { TurnLimits } from '../../../server/turns/fair-turns.ts'

/** At least 100 bytes a second, averaged over ten seconds. */
const PACE = { leastBytesPerSecond: 100, slowMs: 10_000 }

/** Slots on a clock that a test moves by hand, and what has begun or was cut off. */
function slotsOf(context: TestContext, limits: Partial<TurnLimits>) {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const all = { atOnce: 2, perAddress: 2, kept: 0, waiting: 10, waitingPerAddress: 10, refusal: 'too many' }
  const slots = new TransferSlots({ ...all, ...limits }, PACE, Date.now)
  const begun: string[] = []
  const cutOff: string[] = []
  const taken = new Map<string, TransferSlot>()
  /** The first letter of a name is its address. */
  const take = (name: string, person = name) => {
    const slot = slots.takeSlot({ address: name[0] ?? '', person }, () => cutOff.push(name))
    taken.set(name, slot)
    void slot.begun.then(hasSlot => {
      if (!hasSlot) return
      slot.progress.awaitPeer()
      begun.push(name)
    })
  }
  const release = async (name: string) => {
    taken.get(name)?.end()
    await turn()
  }
  /** So many seconds pass, and in each of them these transfers move so many bytes. */
  const pass = async (seconds: number, bytes: Readonly<Record<string, number>> = {}) => {
    for (let second = 0; second < seconds; second++) {
      for (const [name, count] of Object.entries(bytes)) taken.get(name)?.progress.countBytes(count)
      context.mock.timers.tick(1_000)
      await turn()
    }
  }
  return { take, release, pass, begun, cutOff, taken }
}

test('so many transfers run at once in all, and the others follow in the order in which they came', async context => {
  const { take, release, begun } = slotsOf(context, {})
  for (const name of ['1', '2', '3', '4']) take(name)
  await turn()
  assert.deepEqual(begun, ['1', '2'])
  await release('2')
  assert.deepEqual(begun, ['1', '2', '3'])
  await release('2')
  assert.deepEqual(begun, ['1', '2', '3'], 'a slot is given back once')
  await release('1')
  assert.deepEqual(begun, ['1', '2', '3', '4'])
})

test('an address that has all its slots keeps nobody else waiting', async context => {
  const { take, release, begun } = slotsOf(context, { atOnce: 3, perAddress: 1 })
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'd1']) take(name)
  await turn()
  assert.deepEqual(begun, ['a1', 'b1', 'c1'])
  await release('b1')
  assert.deepEqual(begun, ['a1', 'b1', 'c1', 'd1'])
  await release('a1')
  assert.deepEqual(begun.slice(4), ['a2'])
})

test('D11 so many transfers may wait; the next is refused for now', async context => {
  const { take, release, begun } = slotsOf(context, { atOnce: 1, waiting: 2 })
  for (const name of ['a1', 'a2', 'a3']) take(name)
  await turn()
  assert.throws(() => take('a4'), { code: 'unavailable', retryAfterMs: 1_000 })
  await release('a1')
  take('a5')
  await release('a2')
  await release('a3')
  assert.deepEqual(begun, ['a1', 'a2', 'a3', 'a5'])
})

test('a slow transfer goes on while nobody wants its slot, and is cut off when somebody does', async context => {
  const { take, pass, begun, cutOff } = slotsOf(context, {})
  take('a1')
  take('a2')
  await pass(60, { a1: 50, a2: 200 })
  assert.deepEqual(cutOff, [])
  take('b1')
  await pass(1, { a2: 200 })
  assert.deepEqual([cutOff, begun], [['a1'], ['a1', 'a2', 'b1']])
})

test('a transfer has its time to show how fast it is, and a fast one stays', async context => {
  const { take, pass, begun, cutOff } = slotsOf(context, {})
  for (const name of ['a1', 'b1', 'c1']) take(name)
  await pass(9, { b1: 120 })
  assert.deepEqual(cutOff, [])
  await pass(30, { b1: 120, c1: 120 })
  assert.deepEqual([cutOff, begun], [['a1'], ['a1', 'b1', 'c1']])
})

test('a slow transfer is not cut off for an address that has as many slots', async context => {
  const { take, pass, cutOff } = slotsOf(context, {})
  for (const name of ['a1', 'b1', 'b2']) take(name)
  await pass(60, { a1: 50, b1: 50 })
  assert.deepEqual(cutOff, [])
})

test('a transfer that hardly moves is cut off for any other', async context => {
  const { take, pass, begun, cutOff } = slotsOf(context, {})
  for (const name of ['a1', 'b1', 'b2']) take(name)
  await pass(60, { a1: 1, b1: 50 })
  assert.deepEqual([cutOff, begun], [['a1'], ['a1', 'b1', 'b2']])
})

test('slow transfers of one person are cut off for another person of the same address', async context => {
  const { take, pass, begun, cutOff } = slotsOf(context, { atOnce: 9, perAddress: 2 })
  for (const name of ['a1', 'a2', 'a3']) take(name, 'slow')
  take('a4', 'other')
  await pass(30, { a1: 50, a2: 50 })
  assert.deepEqual(
    [cutOff, begun.slice(2)],
    [
      ['a1', 'a2'],
      ['a3', 'a4'],
    ],
    'both got a turn',
  )
})

test('no time counts in which this server has something to do first', async context => {
  const { take, pass, cutOff, taken } = slotsOf(context, {})
  for (const name of ['a1', 'a2', 'b1']) take(name)
  await pass(5)
  for (const name of ['a1', 'a2']) taken.get(name)?.progress.awaitServer()
  await pass(60)
  assert.deepEqual(cutOff, [])
  taken.get('a1')?.progress.awaitPeer()
  await pass(6)
  assert.deepEqual(cutOff, ['a1'])
})
