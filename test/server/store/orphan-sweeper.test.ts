import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MongoOrphanSweeper } from '../../../server/store/mongo/orphan-sweeper.ts'
import { silentLog } from './store-samples.ts'

test('writes that go on failing put no sweep off, and the last failure has one behind it', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  const sweeps: number[] = []
  const sweep = async () => {
    sweeps.push(now)
    return 0
  }
  const sweeper = new MongoOrphanSweeper({ sweep, delayMs: 60, log: silentLog })
  for (; now < 300; now += 20) {
    if (now < 130) sweeper.sweepLater()
    t.mock.timers.tick(20)
  }
  assert.deepEqual(sweeps, [40, 100, 160, 220])
  sweeper.stopSweeping()
})
