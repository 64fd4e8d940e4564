import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DownloadPace } from '../../../server/transport/download-pace.ts'

test('L2 downloads beyond a burst are spread over time, for each address by itself', () => {
  let now = 0
  const pace = new DownloadPace({ perSecond: 1_000, burst: 4_000 }, () => now)
  assert.equal(pace.spendBytes('a', 4_000), 0)
  assert.equal(pace.spendBytes('a', 500), 500)
  assert.equal(pace.spendBytes('a', 500), 1_000)
  assert.equal(pace.spendBytes('b', 500), 0)
  now += 1_000
  assert.equal(pace.spendBytes('a', 100), 100)
  now += 60_000
  assert.equal(pace.spendBytes('a', 4_001), 1)
})
