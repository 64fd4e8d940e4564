import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { doctorCommand } from '../../../cli/commands/doctor.ts'
import { doctorAdvice } from '../../../cli/commands/doctor-checks.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { SILENT_REPORT } from '../../../cli/terminal/ask/terminal-report.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { CommandRun } from '../../support/command-run.ts'
import type { FakeConnection } from '../../support/fake-connection.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { openTerminal } from '../../support/terminal.ts'

test('doctor prints its findings in a pipe, without escape sequences, and as JSON', async () => {
  await using server = await startTestServer()
  const tokenFile = join(tmpdir(), 'gifchat-doctor-none', 'tokens.json')
  const options = { server: server.url, tokenFile }
  const plain = new CommandRun(context => doctorCommand(options, context))
  assert.equal(await plain.exitCode, 0)
  assert.match(plain.stdout, /^terminal: .*no terminal.*\npictures: text: /)
  assert.match(
    plain.stdout,
    /\nserver: \S+ answers in \d+ ms\nway there: without a proxy\nidentity: none yet/,
  )
  assert.doesNotMatch(plain.stdout, /\x1b/)
  const json = new CommandRun(context => doctorCommand({ ...options, json: true }, context))
  assert.equal(await json.exitCode, 0)
  const [found] = json.objects
  assert.deepEqual([found?.graphics, found?.advice], [{ level: 'text', isChosen: false }, []])
})

test('doctor says what to do in the reader’s language, and exits with the problem’s code', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-doctor-'))
  const tokenFile = join(directory, 'tokens.json')
  await writeFile(tokenFile, '{"tok', { mode: 0o600 })
  const run = new CommandRun(context => doctorCommand({ server: 'ws://127.0.0.1:1', tokenFile }, context), {
    texts: ko,
  })
  assert.equal(await run.exitCode, 3)
  assert.match(run.stdout, /→ "gifchat serve"로 시작하거나/)
  assert.match(run.stdout, /→ .*망가졌습니다/)
})

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`doctor shows a picture that moves, and then what the terminal answered, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using terminal = await openTerminal({
      args: ['doctor'],
      columns,
      rows,
      env: { GIFCHAT_SERVER: server.url },
    })
    await terminal.waitFor('should move')
    const colors = () => Array.from({ length: 16 }, (_, x) => terminal.cell(2 + x, 2).background).join()
    const first = colors()
    assert.match(first, /#/)
    await terminal.waitFor(() => colors() !== first)
    terminal.type('x')
    assert.equal(await terminal.exited, 0)
    assert.ok(!terminal.view.isAlternate && terminal.view.isCursorShown)
    const shown = terminal.view.lines().join('\n')
    // A row that goes on is indented, so that no word is cut.
    const text = shown.replace(/\n {2}(?=\S)/g, ' ')
    assert.ok(
      shown.split('\n').every(row => row === '' || /^([\w ]+: | {2}|→ )/.test(row)),
      shown,
    )
    assert.match(text, /^asked: name: .*kitty's images: no · sixel: no · .*background: no answer/m)
    assert.match(text, /emoji as wide as they are: yes/)
    assert.doesNotMatch(text, /playing them/, 'only who shows images is asked whether it plays them')
    assert.match(text, /^pictures: truecolor: half blocks/m)
    assert.match(text, /answers in \d+ ms/)
  })
}

test('doctor asks no terminal that would print the questions, and says so', async () => {
  await using terminal = await openTerminal({
    args: ['doctor', '--server', 'ws://127.0.0.1:1'],
    env: { TERM: 'dumb' },
  })
  assert.equal(await terminal.exited, 3)
  const text = terminal.view.lines().join('\n')
  assert.match(text, /^terminal: dumb, which would print questions/m)
  assert.doesNotMatch(text, /^asked|slow line/m)
  assert.equal(terminal.controls, '')
})

test('doctor tells the user of an old kitty that a newer one shows more', () => {
  const report = { ...SILENT_REPORT, answeredAfterMs: 5, hasKittyGraphics: true }
  const advice = (version: string) =>
    doctorAdvice({
      terminal: { ...report, version },
      isMultiplexed: false,
      wasAsked: true,
      graphics: { level: 'truecolor', isChosen: false },
      server: {
        address: 'ws://localhost:8005',
        proxy: undefined,
        answeredAfterMs: 1,
        version: '0.1.0',
        problem: undefined,
      },
      identity: { path: '/tokens.json', state: 'present' },
      versions: { gifchat: '0.1.0', node: '24.0.0', platform: 'linux' },
    })
  assert.deepEqual(advice('kitty(0.26.5)'), ['oldKitty'])
  assert.deepEqual(advice('kitty(0.41.1)'), [])
  assert.deepEqual(advice('WezTerm 20240203-110809-5046fc22'), [])
})

for (const [what, refuse] of [
  ['closes', (connection: FakeConnection) => connection.close(4400)],
  ['is refused', (connection: FakeConnection) => connection.refuse('1', 'internal')],
] as const) {
  test(`doctor says so where a server lives and hello ${what}`, async () => {
    await using server = await FakeServer.start()
    server.http = (_, response) => response.end('{"status":"ok","version":"gifchat/0.1.0"}')
    const options = { server: server.url, tokenFile: join(tmpdir(), 'gifchat-doctor-none', 'tokens.json') }
    const well = new CommandRun(context => doctorCommand(options, context))
    assert.equal(await well.exitCode, 0, well.stdout)
    server.script = (_request, connection) => {
      refuse(connection)
      return 'handled'
    }
    const run = new CommandRun(context => doctorCommand(options, context))
    assert.equal(await run.exitCode, 3)
    assert.doesNotMatch(run.stdout, /answers in/)
  })
}
