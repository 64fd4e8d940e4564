import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { TransferSlots } from '../../../server/transport/transfer-slots.ts'

/** Slots, and the names of the transfers that have begun, in order. */
function slotsOf(limits: ConstructorParameters<typeof TransferSlots>[0]) {
  const slots = new TransferSlots(limits)
  const begun: string[] = []
  const releases = new Map<string, () => void>()
  const take = (address: string, name: string) =>
    slots.takeSlot(address).then(release => {
      begun.push(name)
      releases.set(name, release)
    })
  const release = async (name: string) => {
    releases.get(name)?.()
    await turn()
  }
  return { take, release, begun }
}

test('so many transfers run at once in all, and the others follow in the order in which they came', async () => {
  const { take, release, begun } = slotsOf({ total: 2, perAddress: 2, waiting: 10 })
  for (const name of ['1', '2', '3', '4']) void take(name, name)
  await turn()
  assert.deepEqual(begun, ['1', '2'])
  await release('2')
  assert.deepEqual(begun, ['1', '2', '3'])
  await release('2')
  assert.deepEqual(begun, ['1', '2', '3'], 'a slot is given back once')
  await release('1')
  assert.deepEqual(begun, ['1', '2', '3', '4'])
})

test('an address that has all its slots keeps nobody else waiting', async () => {
  const { take, release, begun } = slotsOf({ total: 3, perAddress: 1, waiting: 10 })
  for (const name of ['a1', 'a2', 'a3']) void take('a', name)
  for (const name of ['b1', 'c1', 'd1']) void take(name, name)
  await turn()
  assert.deepEqual(begun, ['a1', 'b1', 'c1'])
  await release('b1')
  assert.deepEqual(begun, ['a1', 'b1', 'c1', 'd1'])
  await release('a1')
  assert.deepEqual(begun.slice(4), ['a2'])
})

test('D11 so many transfers may wait; the next is refused for now', async () => {
  const { take, release, begun } = slotsOf({ total: 1, perAddress: 1, waiting: 2 })
  for (const name of ['1', '2', '3']) void take(name, name)
  await assert.rejects(take('4', '4'), { code: 'unavailable', retryAfterMs: 1_000 })
  await release('1')
  void take('5', '5')
  await release('2')
  await release('3')
  assert.deepEqual(begun, ['1', '2', '3', '5'])
})
