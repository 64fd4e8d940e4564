import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

const warningsOf = (server: TestServer) => server.log.lines.filter(line => line.includes('X-Forwarded-For'))

async function visit(server: TestServer, headers: Record<string, string>): Promise<void> {
  const client = await WireClient.open(server.url, { headers })
  await client[Symbol.asyncDispose]()
  await (await fetch(`${server.url.replace('ws:', 'http:')}/healthz`, { headers })).text()
}

test('X-Forwarded-For without a trusted proxy is told once, with what to set and not what it says', async () => {
  await using server = await startTestServer()
  await visit(server, {})
  assert.deepEqual(warningsOf(server), [])
  for (const entry of ['192.0.2.77', '192.0.2.78']) await visit(server, { 'X-Forwarded-For': entry })
  const [warning = '', ...more] = warningsOf(server)
  assert.match(warning, /--trusted-proxies \(GIFCHAT_TRUSTED_PROXIES\)/)
  assert.doesNotMatch(warning, /192\.0\.2/)
  assert.deepEqual(more, [])
})

test('X-Forwarded-For of a trusted proxy is not told', async () => {
  await using server = await startTestServer({ trustedProxies: 1 })
  await visit(server, { 'X-Forwarded-For': '192.0.2.77' })
  assert.deepEqual(warningsOf(server), [])
})
