import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { allTests, fastTests, namedTests, root } from '../../scripts/test-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'gifchat-launcher-'))
after(() => rm(folder, { recursive: true }))

function writeTest(name: string, body: string): string {
  const file = join(folder, name)
  writeFileSync(file, `import { test } from 'node:test'\ntest('this is ${name}', ${body})\n`)
  return file
}

const first = writeTest('first.test.ts', '() => {}')
const second = writeTest('second.test.ts', "() => { throw new Error('broken') }")

/** Runs the launcher as a terminal does, and not as a part of this run. */
function launch(...args: readonly string[]) {
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...env } = process.env
  const launcher = join(root, 'scripts/test.ts')
  const { status, stdout } = spawnSync(process.execPath, [launcher, ...args], { env, encoding: 'utf8' })
  return { status, stdout }
}

test('a file that is named runs, and no other', () => {
  const { status, stdout } = launch(first)
  assert.equal(status, 0)
  assert.match(stdout, /✔ this is first\.test\.ts/)
  assert.doesNotMatch(stdout, /second/)
  assert.match(stdout, /tests 1\n/)
})

test('a folder that is named runs with all its tests, and a test that fails makes the run fail', () => {
  const { status, stdout } = launch(folder)
  assert.equal(status, 1)
  assert.match(stdout, /✔ this is first/)
  assert.match(stdout, /✖ this is second/)
  assert.equal(launch(second, '--test-name-pattern=no such test').status, 0)
})

test('a test that hangs fails', () => {
  const file = writeTest('hanging.test.ts', '() => new Promise(() => setTimeout(() => {}, 1_500))')
  const { status, stdout } = launch(file, '--test-timeout=200')
  assert.equal(status, 1)
  assert.match(stdout, /timed out after 200ms/)
})

test('a name of a test that is not there is an error', () => {
  assert.equal(launch('test/no-such.test.ts').status, 1)
})

test('fast are the tests that start no other process, themselves or by what they import', () => {
  const fast = new Set(fastTests())
  const all = allTests()
  assert.ok(fast.has('test/scripts/comment-lines.test.ts'))
  assert.ok(fast.size > all.length / 2, `${fast.size} of ${all.length}`)
  const isSlow = /^test\/(?:chaos\/chaos|end-to-end\/)|mongo|\/program\.test|\/serve\.test|test-launcher/
  const slow = all.filter(file => isSlow.test(file))
  assert.ok(slow.length > 5)
  assert.deepEqual(
    slow.filter(file => fast.has(file)),
    [],
  )
  assert.deepEqual(namedTests(['test/scripts', first]), ['test/scripts/**/*.test.{ts,tsx}', first])
})

test('one file alone needs the default port to be free, since files run side by side', () => {
  const needsPort = (file: string) => /support\/own-server\.ts'/.test(readFileSync(join(root, file), 'utf8'))
  assert.deepEqual(allTests().filter(needsPort), ['test/end-to-end/own-server.test.ts'])
})
