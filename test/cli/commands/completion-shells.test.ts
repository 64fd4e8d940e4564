import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { completionRoomsCommand } from '../../../cli/commands/completion-rooms.ts'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { CommandRun } from '../../support/command-run.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { openShell, SHELL_NAMES, whyWithout } from '../../support/shells.ts'
import { KEYS } from '../../support/terminal.ts'

const program = join(import.meta.dirname, '../../../bin/gifchat.js')

/** Takes what was typed off the line, in each of these shells. */
const CTRL_U = '\x15'

let traces = ''
before(async () => {
  traces = await mkdtemp(join(tmpdir(), 'gifchat-ran-'))
})
after(() => rm(traces, { recursive: true }))

/** What a server might send as ids of rooms: each leaves a file where a shell runs it. */
const hostileIds = () => {
  const run = (name: string) => `echo>${traces}/${name}`
  return [
    `k\`${run('backticks')}\``,
    `k$(${run('dollar')})`,
    `k;${run('semicolon')};`,
    `k'$(${run('quotes')})'`,
    `k<(${run('process')})`,
    `k:$(${run('description')})`,
    'k*',
    'k\x1b[31m',
    '-k',
    `\${(e):-k\`${run('flags')}\`}`,
  ]
}

test('Tab does not wait for a server that says nothing', async () => {
  await using server = await FakeServer.start()
  server.script = () => 'handled'
  const options = { server: server.url, tokenFile: join(traces, 'none.json') }
  const run = new CommandRun(context => completionRoomsCommand(options, context))
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.equal(run.stdout, '')
  await server.until(() => server.requests('hello').length === 1)
  // It was not the request that was given up, which would have ended the connection.
  assert.equal(server.connections.size, 1)
})

describe('ids that a shell would run', () => {
  for (const shell of SHELL_NAMES) {
    test(`${shell} offers the room beside them and runs none`, { skip: whyWithout(shell) }, async () => {
      // Past the program's own check, so that the shell's is seen alone.
      const ids = [...hostileIds(), 'k3mw9x2a']
      const answer = ids.map(id => `printf '%s\\n' '${id.replaceAll("'", `'\\''`)}'`).join('\n')
      await using session = await openShell(
        shell,
        `#!/bin/sh
if [ "$1 $2" != 'completion rooms' ]; then exec '${process.execPath}' '${program}' "$@"; fi
${answer}
`,
      )
      const { terminal } = session
      terminal.type(`gifchat join k${KEYS.tab}`)
      await terminal.waitFor('gifchat join k3mw9x2a')
      terminal.type(`${CTRL_U}echo emp"tied"\r`)
      await terminal.waitFor('emptied')
      terminal.type(`gifchat join ${KEYS.tab}${KEYS.tab}`)
      await terminal.waitFor('k3mw9x2a')
      terminal.type(`${CTRL_U}echo still"here"\r`)
      await terminal.waitFor('stillhere')
      assert.deepEqual(await readdir(traces), [])
      assert.doesNotMatch(terminal.output, /semicolon|backticks|dollar/)
    })
  }
})
