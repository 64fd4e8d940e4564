import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../server/store/open-store.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { countOf } from './checker.ts'
import { OPEN_RATES } from './plan.ts'
import { runChaos } from './run.ts'

const log = { info: () => {}, warn: () => {} }

test('D1–D10 no acked message is lost, doubled or out of order while the server is killed and the network breaks', async () => {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-chaos-'))
  await using server = new ServerProcess({ port: await freePort(), data, env: OPEN_RATES })
  await server.start()
  const plan = {
    seed: 20_261_123,
    clients: 12,
    rooms: 3,
    kills: 3,
    cuts: 15,
    killEveryMs: 1_500,
    messages: 400,
    gifs: 20,
  }
  const report = await runChaos(plan, {
    server,
    openStore: () => openStore({ data, durability: 'process', log }),
  })
  assert.deepEqual([countOf(report.differences), report.differences], [0, report.differences])
  assert.deepEqual(report.lostSeats, [])
  assert.equal(report.said, plan.messages)
  assert.equal(report.failed, 0)
  assert.equal(report.faults.kill, 3)
  assert.ok(report.fetched >= plan.gifs)
  await rm(data, { recursive: true, force: true })
})
