import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { addressesForOthers } from '../../cli/identity/server-address-for-others.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { KEYS, openTerminal, type Terminal } from '../support/terminal.ts'

const root = join(import.meta.dirname, '../..')
const SAID = 'the canary sings at noon'

/** Every way in which somebody ends the program, and the signal that it then ends with. */
const WAYS_TO_END: Readonly<Record<string, (terminal: Terminal) => void>> = {
  '/quit': terminal => terminal.type(`/quit${KEYS.enter}`),
  'Ctrl-C': terminal => terminal.type(KEYS.ctrlC),
  'a closed window': terminal => terminal.kill('SIGHUP'),
  SIGTERM: terminal => terminal.kill('SIGTERM'),
  SIGKILL: terminal => terminal.kill('SIGKILL'),
}

describe('a server that the client started because there was none', () => {
  for (const [name, end] of Object.entries(WAYS_TO_END)) {
    test(`leaves nothing of what was said: ${name}`, async t => {
      if (!(await isPortFree(t))) return
      using home = temporaryHome()
      await using host = await openHost(home)
      end(host)
      await host.exited
      assert.deepEqual(home.filesWith(SAID), [])
      await untilFree()
    })
  }

  test('leaves nothing when the host quits from the lobby', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    host.type(`/leave${KEYS.enter}`)
    await host.waitFor('0 open')
    host.type('q')
    assert.equal(await host.exited, 0)
    assert.deepEqual(home.filesWith(SAID), [])
  })

  test('asks a host who would quit while guests are there, and tells them that it ended', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    await using guest = await joinHost(host)
    host.type(`/quit${KEYS.enter}`)
    await host.waitFor('One other is connected')
    host.type(`/quit${KEYS.enter}`)
    assert.equal(await host.exited, 0)
    const { status } = await guest.event('status', event => event.status.state === 'closed')
    assert.ok(status.state === 'closed' && status.reason === 'serverEnded')
    assert.deepEqual(home.filesWith(SAID), [])
  })

  test('goes on for the guests when the host leaves it running, until the last one is gone', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    await using guest = await joinHost(host)
    const [room] = await guest.client.listRooms()
    assert.ok(room !== undefined)
    host.type(`/detach${KEYS.enter}`)
    assert.equal(await host.exited, 0)
    assert.match(host.output, /in the background until the last person leaves/)
    await guest.client.send(room.id, 'still here').acked
    await guest.client.close()
    await untilFree()
    assert.deepEqual(home.filesWith(SAID), [])
  })

  test('can be opened to the network, and says until then that it is not', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    assert.match(host.screen().join('\n'), /on this machine only: \/share/)
    host.type(`/share${KEYS.enter}`)
    const [server] = addressesForOthers('ws://localhost:8005')
    if (server === undefined) return host.waitFor('in no network')
    await host.waitFor(server)
    assert.doesNotMatch(textOf(host), /localhost|this machine/, 'nothing says that it is for here alone')
    await using guest = await RecordedClient.connect({ server })
    assert.equal((await guest.client.listRooms()).length, 1)
  })

  test('is told to have ended when something kills it, and r runs another', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    process.kill(childOf(host.pid), 'SIGKILL')
    await host.waitFor('ended from outside')
    assert.match(textOf(host), /the canary sings at noon/, 'what was said can still be read')
    host.type(KEYS.ctrlD)
    await host.waitFor('r runs another')
    assert.doesNotMatch(textOf(host), /Looking who is there|next try/)
    host.type('r')
    await host.waitFor('0 open')
    host.type(`n${KEYS.enter}`)
    await host.waitFor('1/10 people')
    host.type(`/quit${KEYS.enter}`)
    assert.equal(await host.exited, 0)
    await untilFree()
  })

  test('that is left running is seen and stopped as one in the background', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    await using guest = await joinHost(host)
    host.type(`/share${KEYS.enter}`)
    const [shared] = addressesForOthers('ws://localhost:8005')
    await host.waitFor(shared ?? 'in no network')
    host.type(`/detach${KEYS.enter}`)
    assert.equal(await host.exited, 0)
    assert.ok(home.serve('--status').includes(shared ?? 'for this machine alone'))
    assert.match(home.serve('--status'), /^ws:\/\/127\.0\.0\.1:8005: .*until the last person leaves/)
    assert.match(home.serve('--stop'), /has ended/)
    const { status } = await guest.event('status', event => event.status.state === 'closed')
    assert.ok(status.state === 'closed' && status.reason === 'serverEnded')
    await untilFree()
  })

  test('gets two people who have nothing yet to a conversation: npm run first-minute', async t => {
    if (!(await isPortFree(t))) return
    const script = join(root, 'scripts/first-minute/main.ts')
    const said = execFileSync(process.execPath, ['--import', 'tsx', script], { cwd: root, encoding: 'utf8' })
    assert.match(said, /Ann types {2}gifchat\n[\s\S]*Ben types {2}gifchat join ws:[\s\S]*came in/)
    assert.match(said, /Ann sees .*it is, that was quick\n\nFrom nothing to two people talking: /)
    await untilFree()
  })

  test('knows again who was there the last time', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    const tokens = () => readFileSync(join(home.env.XDG_CONFIG_HOME, 'gifchat/tokens.json'), 'utf8')
    const visit = async () => {
      await using host = await openHost(home)
      host.type(`/quit${KEYS.enter}`)
      await host.exited
    }
    await visit()
    const before = tokens()
    await visit()
    assert.equal(tokens(), before)
  })

  test('is for this machine alone and ends with the program', async t => {
    if (!(await isPortFree(t))) return
    await using terminal = await openTerminal()
    await terminal.waitFor('when you quit')
    await using client = await RecordedClient.connect({ server: 'ws://localhost:8005' })
    terminal.type('q')
    await terminal.waitFor('One other is connected')
    terminal.type('q')
    assert.equal(await terminal.exited, 0)
    await client.event('status', ({ status }) => status.state === 'closed')
    await untilFree()
  })
})

const textOf = (terminal: Terminal) => terminal.screen().join('\n')

/** The process that this one has started. */
function childOf(pid: number): number {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const found = processes.split('\n').find(line => Number(line.trim().split(/\s+/)[1]) === pid)
  assert.ok(found !== undefined)
  return Number(found.trim().split(/\s+/)[0])
}

/** Opens a room on a server of its own, and says something there. Nothing is on the disk yet. */
async function openHost(home: TemporaryHome): Promise<Terminal> {
  const host = await openTerminal({ args: ['create', 'solo'], env: home.env })
  await host.waitFor('1/10 people')
  host.type(`${SAID}${KEYS.enter}`)
  await host.waitFor(screen => screen.text().slice(0, -3).join('\n').includes(SAID))
  assert.deepEqual(home.filesWith(SAID), [])
  return host
}

/** Somebody else in the host's room. */
async function joinHost(host: Terminal): Promise<RecordedClient> {
  const guest = await RecordedClient.connect({ server: 'ws://localhost:8005' })
  const [room] = await guest.client.listRooms()
  assert.ok(room !== undefined)
  await guest.client.join(room.id)
  await host.waitFor('2/10 people')
  return guest
}

interface TemporaryHome extends Disposable {
  readonly env: Readonly<Record<'HOME' | 'XDG_CONFIG_HOME' | 'XDG_DATA_HOME' | 'TMPDIR', string>>
  /** Runs `gifchat serve` with these flags there, and returns what it prints. */
  serve(...flags: readonly string[]): string
  /** The files anywhere in it that hold `text`. */
  filesWith(text: string): readonly string[]
}

/** A home directory, with one for temporary files in it. */
function temporaryHome(): TemporaryHome {
  const home = mkdtempSync(join(tmpdir(), 'gifchat-home-'))
  mkdirSync(join(home, 'tmp'))
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local'),
    TMPDIR: join(home, 'tmp'),
  }
  return {
    env,
    serve: (...flags) =>
      execFileSync(process.execPath, [join(root, 'bin/gifchat.js'), 'serve', ...flags], {
        env: { ...env, LANG: 'C.UTF-8' },
        encoding: 'utf8',
      }),
    filesWith: text =>
      readdirSync(home, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .filter(file => contentOf(file).includes(text)),
    [Symbol.dispose]: () => rmSync(home, { recursive: true }),
  }
}

/** Empty for a file that is gone by now, such as the lock of the token file. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

async function isPortFree(t: TestContext): Promise<boolean> {
  if (await isFree()) return true
  assert.notEqual(process.env.GIFCHAT_REQUIRE_SERVICES, '1', 'port 8005 must be free')
  t.skip('something else listens on port 8005')
  return false
}

/** Resolves when the server is gone. */
async function untilFree(): Promise<void> {
  while (!(await isFree())) await sleep(20)
}

function isFree(): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(8005, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
