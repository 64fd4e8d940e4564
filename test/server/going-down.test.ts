import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

test('D9 a restart spreads the return of its clients over the window', async () => {
  const restartWindowMs = 60_000
  const people = 8
  await using server = await startTestServer({ restartWindowMs })
  const clients = await Promise.all(Array.from({ length: people }, () => WireClient.hello(server.url)))
  await server.close()
  for (const client of clients) assert.equal(await client.closed(), 1012)
  const waits = clients.map(client => client.all('serverRestart').map(({ retryAfterMs }) => retryAfterMs))
  assert.ok(waits.every(told => told.length === 1))
  const part = restartWindowMs / people
  assert.deepEqual(
    waits
      .flat()
      .toSorted((a, b) => a - b)
      .map(wait => Math.floor(wait / part)),
    Array.from({ length: people }, (_, index) => index),
  )
})
