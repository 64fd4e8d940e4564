import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, test } from 'node:test'
import { readDisplaySettings } from '../../../cli/commands/shell/read-display-settings.ts'
import { runFrontend } from '../../../cli/frontend/run-frontend.ts'
import { en } from '../../../cli/i18n/en.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { MemoryTerminal } from '../../support/memory-terminal.ts'

const COLORED = /\x1b\[[\d;]*[34]8;[25];/

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-two-terminals-'))
})
after(() => rm(directory, { recursive: true, force: true }))

/** Runs the lobby in this process on a terminal of its own, as a gateway would. */
function showLobby(server: string, name: string, variables: Readonly<Record<string, string>>) {
  const env = {
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    GIFCHAT_TOKEN_FILE: join(directory, `${name}.json`),
    ...variables,
  }
  const terminal = new MemoryTerminal(80, 24, env).answerQuestions()
  const stop = new AbortController()
  const context = { ...terminal, terminal, stderr: new PassThrough(), texts: en, stopped: stop.signal }
  const command = { name, server, canServe: false, open: async () => undefined }
  const ended = runFrontend(command, readDisplaySettings({}, env), {}, context)
  const leave = async () => {
    stop.abort()
    await ended
  }
  return { terminal, ended, [Symbol.asyncDispose]: leave }
}

test('two people on two terminals of one process each have their own screen, language and colours', async () => {
  await using server = await startTestServer()
  const listeners = process.listenerCount('SIGTSTP')
  await using korean = showLobby(server.url, 'korean', { LANG: 'ko_KR.UTF-8' })
  await using plain = showLobby(server.url, 'plain', { LANG: 'en_US.UTF-8', NO_COLOR: '1' })
  await Promise.all([korean.terminal.view.waitFor('방 목록'), plain.terminal.view.waitFor('Rooms')])
  assert.equal(process.listenerCount('SIGTSTP'), listeners, 'signals are for the terminal of the process')

  plain.terminal.type('n')
  await plain.terminal.view.waitFor('Open a room')
  plain.terminal.type('night train\r')
  await plain.terminal.view.waitFor('1/10')
  await korean.terminal.view.waitFor('night train')
  korean.terminal.type('\r')
  await korean.terminal.view.waitFor('2/10')
  korean.terminal.type('안녕하세요\r')
  await plain.terminal.view.waitFor('안녕하세요')
  korean.terminal.resize(60, 20)
  await korean.terminal.view.waitFor(screen => screen.text().length === 20)
  plain.terminal.type('/quit\r')
  assert.equal(await plain.ended, 0)
  assert.ok(!plain.terminal.view.isAlternate)
  await korean.terminal.view.waitFor('1/10')
  korean.terminal.type('/quit\r')
  assert.equal(await korean.ended, 0)

  assert.doesNotMatch(plain.terminal.output, /방 목록|입장/)
  assert.doesNotMatch(korean.terminal.output, /Rooms|came in/)
  assert.match(korean.terminal.output, COLORED)
  assert.doesNotMatch(plain.terminal.output, COLORED)
})

test('lines on one terminal and a screen on the other share nothing but the room', async () => {
  await using server = await startTestServer()
  await using lines = showLobby(server.url, 'lines', { TERM: 'dumb' })
  await using screen = showLobby(server.url, 'screen', {})
  await lines.terminal.view.waitFor('Type the title')
  await screen.terminal.view.waitFor('Rooms')
  screen.terminal.type('n')
  await screen.terminal.view.waitFor('Open a room')
  screen.terminal.type('day train\r')
  await lines.terminal.view.waitFor('New room: day train')
  screen.terminal.type('/quit\r')
  assert.equal(await screen.ended, 0)
  lines.terminal.type('q\r')
  assert.equal(await lines.ended, 0)
  assert.doesNotMatch(lines.terminal.output, /\x1b/)
})
