import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../../server/store/open-store.ts'
import { StoreSettingsError } from '../../../server/store/store-settings-error.ts'
import { silentLog } from './store-samples.ts'

const loaded = (name: string): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some(file => file.includes(`/node_modules/${name}/`))

test('a MongoDB address chooses MongoDB, and without one mongoose is not even loaded', async () => {
  const data = mkdtempSync(join(tmpdir(), 'gifchat-open-'))
  try {
    const settings = { data, durability: 'process', log: silentLog } as const
    const store = await openStore(settings)
    assert.equal(store.kind, 'embedded')
    await store.close()
    assert.equal(loaded('mongoose'), false)
    const memory = await openStore({ ...settings, durability: 'none' })
    assert.equal(memory.kind, 'memory')
    await memory.close()
    await assert.rejects(openStore({ ...settings, mongodbUri: 'mongodb://' }), StoreSettingsError)
    assert.equal(loaded('mongoose'), true)
  } finally {
    rmSync(data, { recursive: true })
  }
})
