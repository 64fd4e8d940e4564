import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { RoomMessageQuota } from '../../../server/chat/room-message-quota.ts'

const MIB = 1024 * 1024

/** A quota over a store that forgets bytes when it is told to go on. */
function openQuota(limits: { messageBytesPerRoom?: number; messageBytes?: number }) {
  const trims: [string, number][] = []
  const logged: string[] = []
  const waiting: (() => void)[] = []
  const store = {
    keepsAtLeast: 0,
    isAway: false,
    async trimRoom(room: string, mostBytes: number) {
      trims.push([room, mostBytes])
      await new Promise<void>(resolve => waiting.push(resolve))
      if (store.isAway) throw new StoreUnavailableError('away')
      return Math.max(mostBytes, store.keepsAtLeast)
    },
  }
  const quota = new RoomMessageQuota({
    store: store as unknown as ChatStore, // a quota needs no more of it
    log: { info: (_, message) => logged.push(message), warn: (_, message) => logged.push(message) },
    settings: { messageBytesPerRoom: 64 * MIB, messageBytes: 1_000 * MIB, ...limits },
  })
  /** Lets the trim in progress end, and the next one begin. */
  const goOn = async () => {
    for (const resolve of waiting.splice(0)) resolve()
    await new Promise(resolve => setImmediate(resolve))
  }
  return { quota, store, trims, logged, goOn }
}

test('M6 a room over its limit is trimmed to some less, and again when it has grown that much', async () => {
  const { quota, trims, goOn, logged } = openQuota({ messageBytesPerRoom: 10 * MIB })
  quota.countMessages('full', 10 * MIB)
  quota.countMessages('other', 9 * MIB)
  assert.deepEqual(trims, [])
  for (let count = 0; count < 3; count++) quota.countMessages('full', 1)
  await goOn()
  assert.deepEqual(trims.splice(0), [['full', 9 * MIB]])
  await goOn()
  quota.countMessages('full', MIB)
  assert.deepEqual(trims, [])
  quota.countMessages('full', 1)
  assert.deepEqual(trims.splice(0), [['full', 9 * MIB]])
  await goOn()
  assert.equal(logged.length, 1)
})

test('M6 when all rooms are over the limit, the one that keeps most is trimmed, one at a time', async () => {
  const { quota, trims, goOn } = openQuota({ messageBytes: 20 * MIB })
  quota.countMessages('small', 2 * MIB)
  quota.countMessages('large', 11 * MIB)
  quota.countMessages('middle', 9.5 * MIB)
  assert.deepEqual(trims, [['large', 10 * MIB]])
  await goOn()
  assert.deepEqual(trims, [
    ['large', 10 * MIB],
    ['large', 9 * MIB],
  ])
  await goOn()
  await goOn()
  assert.deepEqual(trims.splice(0).slice(2), [['middle', 8.5 * MIB]])
  quota.countMessages('small', 0.5 * MIB)
  await goOn()
  assert.deepEqual(trims, [])
})

test('M6 a room that has ended counts no more, also when it ends while it is trimmed', async () => {
  const { quota, trims, goOn } = openQuota({ messageBytes: 20 * MIB })
  quota.countMessages('gone', 15 * MIB)
  quota.forgetRoom('gone')
  quota.countMessages('one', 15 * MIB)
  quota.countMessages('two', 4 * MIB)
  assert.deepEqual(trims, [])
  quota.countMessages('one', 2 * MIB)
  quota.forgetRoom('one')
  await goOn()
  quota.countMessages('three', 15 * MIB)
  assert.deepEqual(trims.splice(0), [['one', 16 * MIB]])
  await goOn()
  assert.deepEqual(trims, [])
})

test('M6 a trim that failed, or that found nothing to forget, is tried again when more has come', async () => {
  for (const limits of [{ messageBytesPerRoom: MIB }, { messageBytes: MIB }]) {
    const { quota, store, trims, goOn, logged } = openQuota(limits)
    store.isAway = true
    quota.countMessages('room', 2 * MIB)
    await goOn()
    store.isAway = false
    store.keepsAtLeast = 2 * MIB + 10 * 6_000 + 7_000
    for (let count = 0; count < 10; count++) {
      quota.countMessages('room', 6_000)
      await goOn()
    }
    assert.deepEqual([trims.length, logged.length], [1, 1])
    for (let count = 0; count < 10; count++) {
      quota.countMessages('room', 7_000)
      await goOn()
    }
    assert.equal(trims.length, 2)
  }
})

test('M6 after rooms that had nothing to forget have ended, the limit is what it was', async () => {
  const { quota, store, trims, goOn } = openQuota({ messageBytes: 4 * MIB })
  store.keepsAtLeast = 2 * MIB
  for (const room of ['one', 'two', 'three']) quota.countMessages(room, 2 * MIB)
  await goOn()
  quota.countMessages('three', 1)
  await goOn()
  trims.length = 0
  for (const room of ['one', 'two']) quota.forgetRoom(room)
  quota.countMessages('four', 2 * MIB)
  await goOn()
  assert.equal(trims.length, 1)
})

test('the server waits for a trim in progress, and begins no other', async () => {
  const { quota, trims, goOn } = openQuota({ messageBytesPerRoom: MIB })
  quota.countMessages('one', 2 * MIB)
  quota.countMessages('two', 2 * MIB)
  let isFinished = false
  const finished = quota.finishTrims().then(() => {
    isFinished = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(isFinished, false)
  await goOn()
  await finished
  quota.countMessages('two', 2 * MIB)
  assert.equal(trims.length, 1)
})
