import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { roomsCommand } from '../../../cli/commands/rooms.ts'
import type { CommandContext } from '../../../cli/commands/shell/command-context.ts'
import { EXIT_CODES, type ExitCode } from '../../../cli/commands/shell/exit-codes.ts'
import { whoamiCommand } from '../../../cli/commands/whoami.ts'
import { CommandRun } from '../../support/command-run.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { ProgramRun } from '../../support/program-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'gifchat-silent-'))
after(() => rmSync(directory, { recursive: true }))

type Command = (
  options: { server: string; tokenFile: string; json?: boolean },
  context: CommandContext,
) => Promise<ExitCode>

/** Runs a command against a server that takes this request and never answers it. */
async function askInVain(t: TestContext, command: Command, request: 'hello' | 'room.list', json = false) {
  await using server = await FakeServer.start()
  server.script = asked => (asked.type === request ? 'handled' : undefined)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const options = { server: server.url, tokenFile: join(directory, 'tokens.json'), json }
  const run = new CommandRun(context => command(options, context))
  await server.until(() => server.requests(request).length === 1)
  t.mock.timers.tick(2_000)
  const wait = run.stderr
  t.mock.timers.tick(3_000)
  const exitCode = await run.exitCode
  return { wait, exitCode, stderr: run.stderr, url: server.url }
}

for (const [name, command] of [
  ['rooms', roomsCommand],
  ['whoami', whoamiCommand],
] as const) {
  test(`${name} says after 2 s that it waits for a silent server, and gives it up after 5 s`, async t => {
    const { wait, exitCode, stderr, url } = await askInVain(t, command, 'hello')
    assert.equal(wait, `Waiting for ${url} to answer…\n`)
    assert.equal(exitCode, EXIT_CODES.serverUnreachable)
    assert.match(stderr, new RegExp(`The server at ${url} does not answer: check`))
  })
}

test('a server that falls silent after its welcome is told of in the same words, also as JSON', async t => {
  const { exitCode, stderr, url } = await askInVain(t, roomsCommand, 'room.list', true)
  assert.equal(exitCode, EXIT_CODES.serverUnreachable)
  const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')
  assert.equal(error.code, 'unreachable')
  assert.match(error.message, new RegExp(`The server at ${url} does not answer`))
})

test('a command that waits for a silent server ends with SIGTERM', async () => {
  await using server = await FakeServer.start()
  server.script = () => 'handled'
  for (const command of [['whoami'], ['rooms'], ['send', 'r1', 'hello'], ['tail', 'r1']]) {
    const asked = server.requests('hello').length
    await using run = await ProgramRun.start([...command, '--server', server.url])
    await server.until(() => server.requests('hello').length > asked)
    run.signal('SIGTERM')
    await run.exited
    assert.equal(run.stdout, '')
  }
})
