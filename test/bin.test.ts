import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const dist = join(import.meta.dirname, '../dist')
const program = join(import.meta.dirname, '../bin/gifchat.js')

/** Runs the program on a Node that claims to have another version. */
function runOn(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${pretend}`, program, '--version'],
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

test('on a Node that is too old, the program only says which version it needs and where to get it', () => {
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

/** The bytes of the bundle that every start loads, and the packages that it loads outside it. */
function readAtStart() {
  const packages = new Set<string>()
  const sources = new Map<string, string>()
  const read = (file: string): void => {
    if (sources.has(file)) return
    const source = readFileSync(join(dist, file), 'utf8')
    sources.set(file, source)
    for (const [, name = ''] of source.matchAll(/(?:\bfrom|\bimport)"([^"]+)"/g)) {
      if (name.startsWith('./')) read(name.slice(2))
      else if (!name.startsWith('node:')) packages.add(name)
    }
  }
  read('main.js')
  return { bytes: [...sources.values()].join('').length, packages: [...packages] }
}

test('a start loads little of the bundle before it knows the command', () => {
  const { bytes, packages } = readAtStart()
  assert.deepEqual(packages, [])
  assert.ok(bytes > 50_000, 'the test reads the bundle')
  assert.ok(bytes < 150_000, `${bytes} bytes: something large is imported by cli/program.ts`)
})

test("no import loads Node's own HTTP client, and MongoDB's driver is one file", () => {
  for (const file of readdirSync(dist)) {
    const source = readFileSync(join(dist, file), 'utf8')
    assert.doesNotMatch(source, /(?:\bfrom|\bimport)"(?:node:)?http"/, file)
    assert.doesNotMatch(source, /(?:\bfrom|\bimport)"mongoose"/, file)
  }
})
