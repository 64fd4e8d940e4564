import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const ABUSES = 10

test('each of the ten abuses has tests that are named after it', () => {
  const sources = globSync('test/**/*.test.ts', { cwd: root }).map(file =>
    readFileSync(join(root, file), 'utf8'),
  )
  for (let abuse = 1; abuse <= ABUSES; abuse++)
    assert.ok(
      sources.some(source => new RegExp(`test\\(\\s*[\`'"]abuse ${abuse}: `).test(source)),
      `abuse ${abuse}`,
    )
})

test('every file of tests here is in the README, and what it names is there', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const rows = readme.split('\n').filter(line => line.startsWith('|'))
  const named = rows.flatMap(row =>
    Array.from((row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g), ([, name = '']) => name),
  )
  for (const name of named)
    assert.ok(existsSync(join(root, name.includes('/') ? name : `test/abuse/${name}.test.ts`)), name)
  const here = globSync('*.test.ts', { cwd: import.meta.dirname }).map(file => file.replace('.test.ts', ''))
  assert.deepEqual(
    here.filter(name => name !== 'every-abuse' && !named.includes(name)),
    [],
  )
})
