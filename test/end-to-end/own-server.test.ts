import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { addressesForOthers } from '../../cli/identity/server-address-for-others.ts'
import {
  childOf,
  isPortFree,
  joinHost,
  openHost,
  SAID,
  temporaryHome,
  untilFree,
} from '../support/own-server.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { KEYS, openTerminal, shellLine, type Terminal, type TerminalOptions } from '../support/terminal.ts'
import './own-server-guests.ts'

const root = join(import.meta.dirname, '../..')

const CRASH = `process.on('SIGUSR2', () => { throw new Error('the roof fell in') })`

interface WayToEnd {
  readonly options?: TerminalOptions
  end(terminal: Terminal): void
  /** What a host types again who is told that others are there. */
  readonly again?: string
}

/** Every way in which somebody ends the program, or something does it. */
const WAYS_TO_END: Readonly<Record<string, WayToEnd>> = {
  '/quit': { end: host => host.type(`/quit${KEYS.enter}`), again: `/quit${KEYS.enter}` },
  'Ctrl-C': { end: host => host.type(KEYS.ctrlC), again: KEYS.ctrlC },
  'a closed window': { end: host => host.kill('SIGHUP') },
  'a terminal that vanishes without SIGHUP': {
    options: {
      through: ['sh', '-c', `exec 3<&0; setsid ${shellLine('create', 'solo')} <&3 & wait`],
    },
    end: host => host.hangUp(),
  },
  SIGTERM: { end: host => host.kill('SIGTERM') },
  'a crash': {
    options: { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CRASH)}` } },
    end: host => host.kill('SIGUSR2'),
  },
  SIGKILL: { end: host => host.kill('SIGKILL') },
}

describe('a server that the client started because there was none', () => {
  for (const [name, { options, end, again }] of Object.entries(WAYS_TO_END)) {
    test(`leaves nothing of what was said: ${name}`, async t => {
      if (!(await isPortFree(t))) return
      using home = temporaryHome()
      await using host = await openHost(home, options)
      end(host)
      await host.exited
      await untilFree()
      assert.deepEqual(home.filesWith(SAID), [])
    })

    // The terminal of a guest, opened later, would hold the one that is to vanish.
    if (options?.through !== undefined) continue
    test(`leaves nothing, and a guest who sits there reads that it ended: ${name}`, async t => {
      if (!(await isPortFree(t))) return
      using home = temporaryHome()
      await using host = await openHost(home, options)
      await using guest = await openTerminal({ args: [], env: { GIFCHAT_SERVER: 'ws://localhost:8005' } })
      await guest.waitFor('› solo')
      await guest.ready()
      guest.type(KEYS.enter)
      await guest.waitFor(SAID)
      await host.waitFor('2/10 people')
      end(host)
      if (again !== undefined) {
        await host.waitFor('One other is connected')
        host.type(again)
      }
      await guest.waitFor('The host ended this server')
      assert.doesNotMatch(textOf(guest), /comes back|trying again|next try/)
      await host.exited
      await untilFree()
      assert.deepEqual(home.filesWith(SAID), [])
      guest.type(KEYS.ctrlC)
      assert.equal(await guest.exited, 0)
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
    assert.match(textOf(host), /Not installed\? npx gifchat join/)
    await using guest = await RecordedClient.connect({ server })
    assert.equal((await guest.client.listRooms()).length, 1)
  })

  for (const [columns, rows] of [
    [80, 24],
    [20, 5],
  ] as const)
    test(`is opened to the network with a key in the list of rooms, at ${columns}×${rows}`, async t => {
      if (!(await isPortFree(t))) return
      using home = temporaryHome()
      await using host = await openTerminal({ columns, rows, env: home.env })
      await host.waitFor('n new')
      await host.ready()
      host.type('s')
      await host.waitFor('y ')
      host.type('y')
      const [server] = addressesForOthers('ws://localhost:8005')
      if (server === undefined) return host.waitFor('no network')
      await host.waitFor(screen => inOneLine(screen.text()).includes(server))
      await using guest = await RecordedClient.connect({ server })
      assert.deepEqual(await guest.client.listRooms(), [])
    })

  test('is open to the network from the start with --share', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openTerminal({ args: ['create', 'lunch', '--share'], env: home.env })
    const [server] = addressesForOthers('ws://localhost:8005')
    await host.waitFor(server === undefined ? 'in no network' : `gifchat join ${server}/`)
    if (server === undefined) return
    assert.doesNotMatch(textOf(host), /this machine only/)
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
    assert.deepEqual(home.filesWith(SAID), [])
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

  test('that is killed in the background leaves nothing either, and the next host begins anew', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    await using host = await openHost(home)
    await using guest = await joinHost(host)
    host.type(`/detach${KEYS.enter}`)
    assert.equal(await host.exited, 0)
    process.kill(Number(/process (\d+)/.exec(home.serve('--status'))?.[1]), 'SIGKILL')
    await guest.event('status', event => event.status.state === 'waiting')
    await untilFree()
    assert.deepEqual(home.filesWith(SAID), [])
    await guest.client.close()
    await using next = await openTerminal({ env: home.env })
    await next.waitFor('No server was here')
    await next.waitFor('0 open')
  })

  test('leaves a GIF that was opened in another program until the next start, at the latest', async t => {
    if (!(await isPortFree(t))) return
    using home = temporaryHome()
    const opener = join(home.env.HOME, 'bin/xdg-open')
    mkdirSync(dirname(opener))
    writeFileSync(opener, '#!/bin/sh\n', { mode: 0o755 })
    const env = { PATH: `${dirname(opener)}:${process.env.PATH}` }
    for (const end of ['SIGTERM', 'SIGKILL'] as const) {
      await using host = await openHost(home, { env })
      host.type(`/open${KEYS.enter}`)
      while (home.filesWith(SAID).length === 0) await sleep(20)
      host.kill(end)
      await host.exited
      await untilFree()
      if (end === 'SIGTERM') assert.deepEqual(home.filesWith(SAID), [])
    }
    await using next = await openTerminal({ env: home.env })
    await next.waitFor('0 open')
    while (home.filesWith(SAID).length > 0) await sleep(20)
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

const inOneLine = (rows: readonly string[]) => rows.map(row => row.trim()).join('')

const textOf = (terminal: Terminal) => terminal.screen().join('\n')
