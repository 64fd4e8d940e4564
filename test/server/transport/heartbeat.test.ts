import assert from 'node:assert/strict'
import { mock, type TestContext, test } from 'node:test'
import { Heartbeat, type Peer } from '../../../server/transport/heartbeat.ts'

const INTERVAL_MS = 1_600

/** A heartbeat on a clock that stands still. Its peers are silent unless they answer. */
function beat(t: TestContext) {
  mock.timers.enable({ apis: ['setInterval'] })
  t.after(() => mock.timers.reset())
  const peers = new Set<Peer>()
  const heartbeat = new Heartbeat(INTERVAL_MS, peers)
  const come = (answers = true) => {
    const peer = {
      lastHeard: heartbeat.round,
      pings: 0,
      isCutOff: false,
      ping: () => {
        peer.pings++
        if (answers) peer.lastHeard = heartbeat.round
      },
      terminate: () => {
        peer.isCutOff = true
        peers.delete(peer)
      },
    }
    peers.add(peer)
    return peer
  }
  const pass = (parts: number) => mock.timers.tick((parts * INTERVAL_MS) / 16)
  return { peers, heartbeat, come, pass }
}

test('L4 silent peers are pinged once a round, a part of them at a time', t => {
  const { come, pass } = beat(t)
  const all = Array.from({ length: 100 }, () => come())
  const pings = () => all.reduce((sum, peer) => sum + peer.pings, 0)
  for (let part = 0, before = 0; part < 16; part++, before = pings()) {
    pass(1)
    assert.ok(pings() - before <= 7, `${pings() - before} in part ${part}`)
  }
  assert.ok(all.every(peer => peer.pings === 1))
  pass(16)
  assert.ok(all.every(peer => peer.pings === 2))
})

test('L4 while peers come and go, none is left out, pinged twice, or pinged in its first round', t => {
  const { peers, come, pass } = beat(t)
  const early = Array.from({ length: 40 }, () => come())
  pass(8)
  for (const peer of early.filter((_, index) => index % 3 === 0)) peers.delete(peer)
  const late = Array.from({ length: 200 }, () => come())
  pass(8)
  const staying = early.filter(peer => peers.has(peer))
  assert.ok(staying.every(peer => peer.pings === 1))
  assert.ok(late.every(peer => peer.pings === 0))
  pass(16)
  assert.ok(staying.every(peer => peer.pings === 2))
  assert.ok(late.every(peer => peer.pings === 1))
})

test('L4 only a peer that answers none of two pings is cut off', t => {
  const { heartbeat, come, pass } = beat(t)
  const [answers, silent] = [come(), come(false)]
  pass(32)
  assert.deepEqual([silent.pings, silent.isCutOff], [2, false])
  pass(16)
  assert.deepEqual([silent.pings, silent.isCutOff], [2, true])
  assert.deepEqual([answers.pings, answers.isCutOff], [3, false])
  pass(4)
  heartbeat.stopHeartbeat()
  pass(64)
  assert.equal(answers.pings, 4)
})
