import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTokenFile } from '../../../cli/identity/token-file.ts'

/**
 * A token file in a directory of its own, which is removed afterwards, and the notices about it.
 */
async function tokenFileFor(context: { after(end: () => Promise<void>): void }, name = 'config/tokens.json') {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-tokens-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, name)
  const notices: string[] = []
  return { directory, path, notices, file: openTokenFile(path, ({ problem }) => notices.push(problem)) }
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('I2: tokens are kept per server, in a file and a directory that nobody else can read', async context => {
  const { path, notices, file } = await tokenFileFor(context)
  assert.equal(await file.read('ws://a'), undefined)
  await file.write('ws://a', 'token-a')
  await file.write('ws://b', 'token-b')
  await file.write('ws://a', 'token-a2')
  const again = openTokenFile(path, ({ problem }) => notices.push(problem))
  assert.deepEqual([await again.read('ws://a'), await again.read('ws://b')], ['token-a2', 'token-b'])
  assert.deepEqual([await modeOf(path), await modeOf(join(path, '..'))], [0o600, 0o700])
  assert.deepEqual(await readdir(join(path, '..')), ['tokens.json'])
  assert.deepEqual(notices, [])
})

test('the names of this machine are one server, also in a file that an earlier version wrote', async context => {
  const { path, file } = await tokenFileFor(context, 'tokens.json')
  const tokens = {
    'ws://127.0.0.1:8005': 'by-its-number',
    'ws://localhost:8005': 'by-its-name',
    'wss://[::1]': 'by-its-IPv6-address',
    'ws://127.0.0.1.example:8005': 'another-machine',
  }
  await writeFile(path, JSON.stringify({ tokens }))
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    assert.equal(await file.read(`ws://${host}:8005`), 'by-its-name')
    assert.equal(await file.read(`wss://${host}`), 'by-its-IPv6-address')
  }
  await file.write('ws://[::1]:8005/chat', 'under-a-path')
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')).tokens, {
    'ws://localhost:8005': 'by-its-name',
    'wss://localhost': 'by-its-IPv6-address',
    'ws://127.0.0.1.example:8005': 'another-machine',
    'ws://localhost:8005/chat': 'under-a-path',
  })
})

test('a file that others can read becomes private when it is read', async context => {
  const { path, file } = await tokenFileFor(context)
  await file.write('ws://a', 'token-a')
  await chmod(path, 0o644)
  assert.equal(await openTokenFile(path, () => {}).read('ws://a'), 'token-a')
  assert.equal(await modeOf(path), 0o600)
})

test('a file that others can read becomes private at the next write', async context => {
  const { path, file } = await tokenFileFor(context, 'tokens.json')
  await writeFile(path, '{"tokens":{"ws://a":"token-a"}}', { mode: 0o644 })
  await file.write('ws://b', 'token-b')
  assert.equal(await modeOf(path), 0o600)
  assert.equal(await file.read('ws://a'), 'token-a')
})

for (const [name, content] of [
  ['half a file', '{"tokens":{"ws://a":"tok'],
  ['an empty file', ''],
  ['a list', '["tokens"]'],
  ['a list of tokens', '{"tokens":["ws://a"]}'],
  ['null', 'null'],
  ['bytes', '\u0000\u0001\u0002'],
] as const) {
  test(`a token file that is ${name} is set aside with a notice`, async context => {
    const { path, notices, file } = await tokenFileFor(context, 'tokens.json')
    await writeFile(path, content)
    assert.equal(await file.read('ws://a'), undefined)
    assert.equal(await readFile(`${path}.corrupt`, 'utf8'), content)
    assert.equal(notices.length, 1)
    assert.equal(notices[0], 'corrupt')
    await file.write('ws://a', 'token-a')
    assert.equal(await file.read('ws://a'), 'token-a')
    assert.equal(notices.length, 1)
  })
}

test('entries that can’t be tokens are left out, and names like __proto__ are only names', async context => {
  const { path, file } = await tokenFileFor(context, 'tokens.json')
  const tokens = `{"tokens":{"ws://a":"good","ws://b":7,"ws://c":"${'x'.repeat(257)}","__proto__":"polluted"}}`
  await writeFile(path, tokens)
  assert.equal(await file.read('ws://a'), 'good')
  assert.equal(await file.read('ws://b'), undefined)
  assert.equal(await file.read('ws://c'), undefined)
  assert.equal(await file.read('toString'), undefined)
  await file.write('ws://a', 'better')
  assert.equal(await file.read('ws://a'), 'better')
})

test('if nothing can be written, a notice tells it and the identity lasts for this process', async context => {
  const { directory, notices, file } = await tokenFileFor(context, 'a-file/tokens.json')
  await writeFile(join(directory, 'a-file'), '')
  await file.write('ws://a', 'token-a')
  assert.equal(await file.read('ws://a'), 'token-a')
  assert.ok(notices.includes('notSaved'))
})

test('a directory in the file’s place is reported and left alone', async context => {
  const { path, notices, file } = await tokenFileFor(context, 'tokens.json')
  await mkdir(path)
  assert.equal(await file.read('ws://a'), undefined)
  await file.write('ws://a', 'token-a')
  assert.ok((await stat(path)).isDirectory())
  assert.ok(notices.length >= 2)
})

test('a lock left by a process that died is taken over', async context => {
  const { path, notices, file } = await tokenFileFor(context, 'tokens.json')
  const longAgo = new Date(Date.now() - 60_000)
  await writeFile(`${path}.lock`, '')
  await utimes(`${path}.lock`, longAgo, longAgo)
  await file.write('ws://a', 'token-a')
  assert.equal(await openTokenFile(path, () => undefined).read('ws://a'), 'token-a')
  assert.deepEqual(notices, [])
})

test('processes that write at once lose nothing of each other', async context => {
  const { path, notices, file } = await tokenFileFor(context)
  const module = JSON.stringify(join(import.meta.dirname, '../../../cli/identity/token-file.ts'))
  const program = `
    import { openTokenFile } from ${module}
    const [path, name] = process.argv.slice(1)
    const file = openTokenFile(path, notice => { console.error(notice); process.exitCode = 1 })
    for (let number = 0; number < 5; number++) await file.write('ws://' + name + number, name + number)
  `
  const processes = ['a', 'b', 'c'].map(name =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, path, name], {
      stdio: 'inherit',
    }),
  )
  const exits = await Promise.all(processes.map(child => once(child, 'exit')))
  assert.deepEqual(
    exits.map(([code]) => code),
    [0, 0, 0],
  )
  for (const name of ['a', 'b', 'c']) {
    for (let number = 0; number < 5; number++)
      assert.equal(await file.read(`ws://${name}${number}`), `${name}${number}`)
  }
  assert.deepEqual(notices, [])
})
