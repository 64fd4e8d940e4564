import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const program = join(import.meta.dirname, '../bin/gifchat.js')

/** Runs the program on a Node that claims another version. */
function runOn(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${pretend}`, program, '--version'],
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

test('on a Node that is too old, the program only says which one it needs and where to get it', () => {
  for (const version of ['20.20.2', '22.18.0']) {
    const { status, stdout, stderr } = runOn(version)
    assert.equal(status, 2)
    assert.equal(stdout, '')
    assert.match(
      stderr,
      new RegExp(`^gifchat needs Node.js 22.19 or newer, and this is ${version}: .*npm ci.*\n$`),
    )
  }
  assert.equal(runOn('22.19.0').status, 0)
})
