import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReturnDelay } from '../../../server/transport/return-delay.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

test('L3 an address whose connections break rules again and again waits, for 5 s at most', () => {
  let now = 100_000
  const delay = new ReturnDelay(() => now)
  for (let count = 0; count < 5; count++) delay.countBrokenRule('flood')
  assert.equal(delay.delayOf('flood'), 0, 'a few programs that fail are no flood')
  delay.countBrokenRule('flood')
  assert.equal(delay.delayOf('flood'), 1_000)
  for (let count = 0; count < 100; count++) delay.countBrokenRule('flood')
  assert.equal(delay.delayOf('flood'), 5_000)
  assert.equal(delay.delayOf('guest'), 0)
  now += 4_000
  assert.equal(delay.delayOf('flood'), 1_000)
  now += 1_000
  assert.equal(delay.delayOf('flood'), 0)
})

test('one broken rule a second delays nobody', () => {
  let now = 0
  const delay = new ReturnDelay(() => now)
  for (; now < 60_000; now += 1_000) {
    delay.countBrokenRule('clumsy')
    assert.equal(delay.delayOf('clumsy'), 0)
  }
})

test('abuse 7: L3 who breaks rules and comes back at once waits, and who comes from elsewhere does not', async () => {
  await using server = await startTestServer()
  const localAddress = '127.0.1.1'
  for (let count = 0; count < 10; count++) {
    await using flooder = await WireClient.open(server.url, { localAddress })
    flooder.raw('no frame')
    await flooder.closed()
  }
  let isBack = false
  const opening = WireClient.open(server.url, { localAddress }).then(client => {
    isBack = true
    return client
  })
  await using _guest = await WireClient.hello(server.url)
  assert.ok(!isBack)
  await using _flooder = await opening
})
