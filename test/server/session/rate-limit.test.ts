import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyedRateBuckets, RateBucket } from '../../../server/session/rate-limit.ts'

const RATE = { perSecond: 2, burst: 3 }

test('L2 a bucket gives its burst at once, then as many as its rate, and saves up no more than the burst', () => {
  let now = 0
  const bucket = new RateBucket(RATE, () => now)
  const take = (count: number) => Array.from({ length: count }, () => bucket.takeToken())
  assert.deepEqual(take(5), [0, 0, 0, 500, 500])
  now += 250
  assert.deepEqual(take(1), [250])
  now += 250
  assert.deepEqual(take(2), [0, 500])
  now += 3_600_000
  assert.deepEqual(take(4), [0, 0, 0, 500])
})

test('L2 who waits as long as was said is taken, at whatever fraction of a millisecond', () => {
  // Half a second after these, the difference is a little less than 500.
  for (const start of [486.337_516_737_522_8, 16_215.177_254_749_813, 65_228.868_164_875_03]) {
    let now = start
    const bucket = new RateBucket(RATE, () => now)
    for (let count = 0; count < RATE.burst; count++) bucket.takeToken()
    now += bucket.takeToken()
    assert.equal(bucket.takeToken(), 0, String(start))
  }
})

test('a clock that is set back takes nothing away, and gives nothing twice', () => {
  let now = 10_000
  const bucket = new RateBucket(RATE, () => now)
  bucket.takeToken()
  now -= 5_000
  assert.deepEqual([bucket.takeToken(), bucket.takeToken(), bucket.takeToken()], [0, 0, 500])
  now += 500
  assert.deepEqual([bucket.takeToken(), bucket.takeToken()], [0, 500])
})

test('L2 each key has a bucket of its own', () => {
  const buckets = new KeyedRateBuckets({ perSecond: 1, burst: 1 }, 10, () => 0)
  assert.deepEqual(
    ['a', 'a', 'b', 'a', 'b'].map(key => buckets.takeToken(key)),
    [0, 1_000, 0, 1_000, 1_000],
  )
})

test('no more keys are remembered than there may be; who came last stays', () => {
  let now = 0
  const capacity = 100
  const buckets = new KeyedRateBuckets({ perSecond: 1, burst: 2 }, capacity, () => now)
  for (let key = 0; key < 10 * capacity; key++) {
    for (let taken = 0; taken < 2; taken++) buckets.takeToken(`${key}`)
    buckets.takeToken('steady')
    assert.ok(buckets.size <= capacity, `${buckets.size} keys`)
    if (key > 1) assert.ok(buckets.takeToken('steady') > 0, 'who comes again and again is still known')
  }
  assert.equal(buckets.size, capacity, 'no more of them go than must')
  now += 60_000
  buckets.takeToken('another')
  assert.ok(buckets.size <= capacity * 0.9 + 1, 'full ones say no more than an unknown one')
})

test('L2 what is charged afterwards is a debt, which time pays', () => {
  let now = 0
  const buckets = new KeyedRateBuckets({ perSecond: 100, burst: 1_000 }, 10, () => now)
  assert.deepEqual([buckets.debtMsOf('a'), buckets.shareOf('a')], [0, 1])
  buckets.charge('a', 900)
  assert.deepEqual([buckets.debtMsOf('a'), buckets.shareOf('a')], [0, 0.1])
  buckets.charge('a', 500)
  assert.equal(buckets.debtMsOf('a'), 4_001)
  assert.equal(buckets.debtMsOf('b'), 0)
  now = 4_000
  assert.equal(buckets.debtMsOf('a'), 1)
  now = 4_001
  assert.equal(buckets.debtMsOf('a'), 0)
})
