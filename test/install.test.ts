import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import packageFile from '../package.json' with { type: 'json' }
import { freePort } from './support/server-process.ts'

const root = join(import.meta.dirname, '..')

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>
}

function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'gifchat-install-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** Installs what `npm ci --omit=dev` would, from the packages that are here. */
function installForProduction(directory: string): void {
  const lock: LockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const isNested = path.lastIndexOf('node_modules/') > 0
    if (path === '' || dev === true || isNested || !existsSync(join(root, path))) continue
    cpSync(join(root, path), join(directory, path), { recursive: true })
  }
  assert.ok(!existsSync(join(directory, 'node_modules/esbuild')))
}

/** Serves with the program of a directory, and resolves with what `use` finds at its address. */
async function whileServing<Found>(bin: string, home: string, use: (url: string) => Promise<Found>) {
  const port = await freePort()
  const args = ['serve', '--port', String(port), '--host', '127.0.0.1', '--data', join(home, 'data')]
  const child = spawn(process.execPath, [bin, ...args], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    log += text
  })
  const exited = once(child, 'exit')
  try {
    await Promise.race([once(child.stdout, 'data'), exited.then(() => assert.fail(log))])
    return { found: await use(`http://127.0.0.1:${port}`), log: () => log }
  } finally {
    child.kill('SIGTERM')
    await exited
  }
}

test('the packed package, installed without what is for developers, serves and talks', async () => {
  using directory = temporaryDirectory()
  const { path } = directory
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', path], {
      cwd: root,
      encoding: 'utf8',
    }),
  )
  const home = join(path, 'node_modules/gifchat')
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xzf', join(path, filename), '--strip-components=1', '-C', home])
  installForProduction(path)
  const bin = join(home, 'bin/gifchat.js')
  const { found } = await whileServing(bin, path, async http => {
    assert.equal((await fetch(`${http}/readyz`)).status, 200)
    const args = [bin, 'whoami', '--json', '--server', http.replace('http:', 'ws:')]
    const child = spawn(process.execPath, [...args, '--token-file', join(path, 'token')], { cwd: path })
    child.stdout.setEncoding('utf8')
    return (await child.stdout.toArray()).join('')
  })
  assert.match(JSON.parse(found).color, /^#[0-9A-F]{6}$/)
})

test('a checkout that was installed without what is for developers serves without a build', async () => {
  using directory = temporaryDirectory()
  const { path } = directory
  for (const part of [
    'bin',
    'build.js',
    'cli',
    'gif',
    'node-globals.js',
    'package.json',
    'protocol',
    'server',
  ])
    cpSync(join(root, part), join(path, part), { recursive: true })
  installForProduction(path)
  const prepared = spawnSync('npm', ['run', 'prepare'], { cwd: path, encoding: 'utf8' })
  assert.equal(prepared.status, 0, prepared.stderr)
  assert.match(prepared.stderr, /"gifchat serve" runs without a build/)
  assert.ok(!existsSync(join(path, 'dist')))
  const bin = join(path, 'bin/gifchat.js')
  const { found, log } = await whileServing(bin, path, async http => (await fetch(`${http}/readyz`)).status)
  assert.equal(found, 200)
  for (const line of log().trim().split('\n')) assert.ok(JSON.parse(line).msg)
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '22.19.0' } })`
  const old = spawnSync(process.execPath, ['--import', `data:text/javascript,${pretend}`, bin, 'serve'], {
    encoding: 'utf8',
  })
  assert.equal(old.status, 2)
  assert.match(
    old.stderr,
    /^This gifchat is not built, and without a build it needs Node.js 24; this is 22.19.0/,
  )
  const other = spawnSync(process.execPath, [bin, 'rooms'], { encoding: 'utf8' })
  assert.equal(other.status, 2)
  assert.match(other.stderr, /^This gifchat is not built, .*npm ci.*\n$/)
})

test('the package says which Node it needs, and the program asks for the same', () => {
  const [, version] = /^>=([\d.]+)$/.exec(packageFile.engines.node) ?? []
  assert.ok(version !== undefined)
  assert.match(
    readFileSync(join(root, 'bin/gifchat.js'), 'utf8'),
    new RegExp(`needs Node.js ${version} or newer`),
  )
})
