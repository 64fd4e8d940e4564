import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

/**
 * Who may read the clock on the wall, and for what. Somebody can set it at any time, so how long
 * something took or has to wait is told by `performance.now`.
 */
const READERS: Readonly<Record<string, string>> = {
  'cli/app/system-times.ts': 'ages of rooms, and times of the day',
  'cli/commands/wire.ts': 'prints the time of the day',
  'cli/connection/clock-watch.ts': 'notices that the clock jumped',
  'cli/connection/outbox-delivery.ts': 'the time of the day of a message',
  'cli/identity/token-file-lock.ts': 'touches a file',
  'server/open-rooms.ts': 'when rooms and messages were made (PROTOCOL.md F7)',
  'server/hosted-server.ts': 'since when a server runs',
  'server/log-output.ts': 'when something happened',
  'server/main.ts': 'since when a server runs',
  'server/store/mongo/models.ts': 'when something was stored',
}

test('elapsed time is measured by a clock that nobody sets', async () => {
  const readers: string[] = []
  for await (const path of glob('{cli,server,gif,protocol}/**/*.{ts,tsx}', { cwd: root }))
    if (/\bDate\.now\b|\bnew Date\(\)/.test(readFileSync(join(root, path), 'utf8'))) readers.push(path)
  assert.deepEqual(readers.sort(), Object.keys(READERS).sort())
})
