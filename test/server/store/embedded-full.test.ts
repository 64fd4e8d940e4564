import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'
import { fillDisk, forbidWrites } from './broken-files.ts'

const statusOf = async (url: string, path: string) =>
  (await fetch(`${url.replace('ws:', 'http:')}${path}`)).status

/** Asks until the server answers so: it looks at its disk once a second. */
async function untilReadyIs(url: string, status: number): Promise<void> {
  while ((await statusOf(url, '/readyz')) !== status);
}

for (const [name, begin] of [
  ['full', fillDisk],
  ['read-only', forbidWrites],
] as const) {
  test(`G5 with a ${name} disk /readyz is 503, posts are told why, and the log has one line when it began and one when it was over`, async () => {
    await using server = await startTestServer()
    await using client = await WireClient.hello(server.url)
    const { room } = await client.ask({ type: 'room.create', title: 'full' }, 'room.created')
    await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    const say = { type: 'chat.send', room: room.id, clientMessageId: 'a', text: 'x'.repeat(2_000) } as const
    assert.equal(await statusOf(server.url, '/readyz'), 200)
    const end = begin()
    try {
      for (let tries = 0; tries < 3; tries++) {
        const refused = await client.refused(say)
        assert.deepEqual([refused.code, refused.reason], ['unavailable', 'cannotStore'])
      }
      assert.equal(await statusOf(server.url, '/readyz'), 503)
      assert.equal(await statusOf(server.url, '/healthz'), 200)
    } finally {
      end()
    }
    await untilReadyIs(server.url, 200)
    assert.equal((await client.ask(say, 'chat.ack')).seq, 1)
    const told = server.log.lines.filter(line => line.includes('the data directory'))
    assert.equal(told.length, 2, told.join('\n'))
    assert.match(told[0] ?? '', /can't be written.*(?:ENOSPC|EROFS)/)
    assert.match(told[1] ?? '', /can be written again.*"awayMs":\d/)
    assert.ok(!readdirSync(join(server.directory, 'rooms')).some(entry => entry.startsWith('check')))
  })
}

test('G5 a full disk makes /readyz 503 also while nobody says anything', async () => {
  await using server = await startTestServer()
  const end = fillDisk()
  try {
    await untilReadyIs(server.url, 503)
  } finally {
    end()
  }
  await untilReadyIs(server.url, 200)
})
