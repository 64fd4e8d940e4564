import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestServer } from '../support/chat-server.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { KEYS, openTerminal, type Terminal } from '../support/terminal.ts'

/** What people who used the built program for the first time read, and should not have read. */

const textOf = (terminal: Terminal) => terminal.screen().join('\n')
const program = join(import.meta.dirname, '../../bin/gifchat.js')

/** A server that is killed and started again, with its data. */
async function withServerProcess(play: (server: ServerProcess) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-newcomers-'))
  {
    await using server = new ServerProcess({ port: await freePort(), data })
    await server.start()
    await play(server)
  }
  await rm(data, { recursive: true, force: true })
}

/** Takes a port, and resolves when so many have knocked there in vain. */
async function hangUpOn(port: number, callers: number): Promise<void> {
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  let count = 0
  const door = createServer(socket => {
    socket.destroy()
    if (++count === callers) resolve()
  }).listen(port, '127.0.0.1')
  await once(door, 'listening')
  await enough
  door.close()
  await once(door, 'close')
}

test('nobody "came in" who is merely back after the server was killed', () =>
  withServerProcess(async server => {
    const env = { GIFCHAT_SERVER: server.url }
    await using ann = await openTerminal({ args: ['create', 'lunch'], env })
    await ann.waitFor('1/10 people')
    await using ben = await openTerminal({ env })
    await ben.waitFor('lunch')
    await ben.ready()
    ben.type(KEYS.enter)
    await ann.waitFor('came in')
    await server.stop('SIGKILL')
    await ann.waitFor('connection lost')
    await ben.waitFor('connection lost')
    await server.start()
    await ann.waitFor('connected')
    await ben.waitFor('connected')
    ben.type(`are you back?${KEYS.enter}`)
    await ann.waitFor('are you back?')
    ann.type(`so I am${KEYS.enter}`)
    await ben.waitFor('so I am')
    assert.equal(textOf(ann).match(/came in/g)?.length, 1, textOf(ann))
    assert.doesNotMatch(textOf(ben), /came in/)
    assert.match(textOf(ann), /2\/10 people/)
  }))

test('a guest of a server that never comes back reads that its host may have ended it, until it is back after all', () =>
  withServerProcess(async server => {
    // Minutes go by at once where the clock is that nobody sets.
    const clock = `
      const now = performance.now.bind(performance)
      let ahead = 0
      performance.now = () => now() + ahead
      process.on('SIGUSR2', () => { ahead += 120_000 })`
    const env = {
      GIFCHAT_SERVER: server.url,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}`,
    }
    await using inRoom = await openTerminal({ args: ['create', 'lunch'], env })
    await inRoom.waitFor('1/10 people')
    await using inLobby = await openTerminal({ env: { ...env, GIFCHAT_LANG: 'ko' } })
    await inLobby.waitFor('lunch')
    await server.stop('SIGKILL')
    await inRoom.waitFor('connection lost')
    await inLobby.waitFor('연결이 끊겼습니다')
    assert.doesNotMatch(textOf(inRoom), /may have ended/)
    for (const terminal of [inRoom, inLobby]) terminal.kill('SIGUSR2')
    await inRoom.waitFor('No answer for over two minutes; Ctrl-C quits. The host may have ended')
    await inLobby.waitFor('2분 넘게 답이 없습니다. Ctrl-C 끝내기.')
    await server.start()
    await inRoom.waitFor(screen => !screen.text().join().includes('may have ended'))
    await inLobby.waitFor(screen => !screen.text().join().includes('2분 넘게'))
    await server.stop('SIGKILL')
    await inRoom.waitFor('connection lost')
    inRoom.type(KEYS.ctrlC)
    assert.equal(await inRoom.exited, 0)
  }))

test('a screen reader is told once that the connection was lost, and not of each try', () =>
  withServerProcess(async server => {
    const env = { GIFCHAT_SERVER: server.url }
    await using terminal = await openTerminal({ args: ['create', 'lunch', '--screen-reader'], env })
    const count = (line: string) => terminal.view.lines().filter(said => said === line).length
    await terminal.waitFor('Type a message')
    await server.stop('SIGKILL')
    await hangUpOn(server.port, 4)
    await server.start()
    await terminal.waitFor(() => count('connected') === 1)
    assert.equal(count('connection lost, trying again…'), 1)
  }))

test('rooms with the same title are told apart by their ids', async () => {
  await using server = await startTestServer()
  await using owner = await RecordedClient.connect({ server: server.url })
  const ids: string[] = []
  for (const title of ['lunch', 'lunch', 'supper']) {
    const room = await owner.client.createRoom({ title, max: 5 })
    await owner.client.join(room.id)
    ids.push(room.id)
  }
  const [one = '', two = '', other = ''] = ids
  for (const [columns, rows] of [
    [80, 24],
    [40, 10],
  ] as const) {
    await using terminal = await openTerminal({ columns, rows, env: { GIFCHAT_SERVER: server.url } })
    await terminal.waitFor('supper')
    assert.match(textOf(terminal), new RegExp(`lunch ${one}|lunch ${two}`))
    assert.ok(textOf(terminal).includes(one) && textOf(terminal).includes(two))
    assert.ok(!textOf(terminal).includes(other))
  }
})

test('a list of rooms in a tiny window shows its keys', async () => {
  await using server = await startTestServer()
  await using owner = await RecordedClient.connect({ server: server.url })
  const room = await owner.client.createRoom({ title: 'lunch', max: 5 })
  await owner.client.join(room.id)
  for (const [lang, told] of [
    ['en', 'You are'],
    ['ko', '여기서'],
  ] as const) {
    const env = { GIFCHAT_SERVER: server.url, GIFCHAT_LANG: lang }
    await using terminal = await openTerminal({ columns: 20, rows: 5, env })
    await terminal.waitFor(told)
    await terminal.waitFor('› lunch')
    await terminal.ready()
    assert.match(terminal.screen().at(-1) ?? '', /n .*\? /, textOf(terminal))
    terminal.type('x')
    await terminal.waitFor(screen => /x.*Esc/.test(screen.text().at(-1) ?? ''))
  }
})

test('whoever gave wrong passwords reads that, and not that it was too fast', async () => {
  await using server = await startTestServer()
  await using owner = await RecordedClient.connect({ server: server.url })
  const room = await owner.client.createRoom({ title: 'secret', max: 5, password: 'tangerine' })
  await owner.client.join(room.id)
  const env = { GIFCHAT_SERVER: server.url }
  await using terminal = await openTerminal({ env })
  await terminal.waitFor('secret')
  await terminal.ready()
  const guess = async (password: string) => {
    terminal.type(KEYS.enter)
    await terminal.waitFor('is private')
    terminal.type(`${password}${KEYS.enter}`)
  }
  const leave = async () => {
    terminal.type(KEYS.escape)
    await terminal.waitFor('n new room')
  }
  // The wait doubles with each: the fourth is several seconds long.
  for (const password of ['one', 'two', 'three', 'four']) {
    await guess(password)
    await terminal.waitFor('That is not the password')
    await leave()
  }
  await guess('tangerine')
  await terminal.waitFor('You gave wrong passwords before')
  assert.doesNotMatch(textOf(terminal), /too fast/)
  await terminal.waitFor('2/5 people')
})

test('a data directory where none can be made is refused at once', {
  skip: !existsSync('/proc/self') && 'this system has no /proc',
}, async () => {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; error: string }>()
  execFile(
    process.execPath,
    [program, 'serve', '--port', '0', '--host', '127.0.0.1', '--data', '/proc/gifchat/data'],
    { timeout: 60_000, killSignal: 'SIGKILL' },
    (failed, _out, error) => resolve({ code: failed?.code, error }),
  )
  const { code, error } = await promise
  assert.equal(code, 1)
  assert.match(error, /^gifchat serve: [^\n]*\/proc\/gifchat\/data[^\n]*\n$/)
})
