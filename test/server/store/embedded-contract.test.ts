import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { contractOf } from './chat-store-contract.ts'
import { silentLog } from './store-samples.ts'

for (const durability of ['process', 'power'] as const) {
  describe(`embedded store that outlives a loss of ${durability}`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'gifchat-store-'))
    after(() => rmSync(directory, { recursive: true }))
    contractOf(() => openEmbeddedStore({ directory, durability, log: silentLog }))
  })
}
