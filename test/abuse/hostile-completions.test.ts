import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openShell, SHELL_NAMES, whyWithout } from '../support/shells.ts'
import { KEYS } from '../support/terminal.ts'
import { HOSTILITIES } from './hostile-answers.ts'
import { startHostileServer } from './hostile-server.ts'
import { CANARY, type Hostility, listed, MARKED, shown } from './hostility.ts'

const program = join(import.meta.dirname, '../../bin/gifchat.js')
const GIFCHAT = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`
/** Takes what was typed off the line, in each of these shells. */
const CTRL_U = '\x15'

/** Those that have to do with what a shell asks. */
const KINDS = [
  'a room id of escapes',
  'a room id of a command',
  'a title of megabytes',
  'a cursor that never ends',
  'pages of new rooms without an end',
  'a user id of escapes',
  'silence after the greeting',
  'bytes without an end',
] as const

describe('a hostile server and Tab', { concurrency: 3 }, () => {
  for (const shell of SHELL_NAMES) {
    const skip = whyWithout(shell)
    for (const name of KINDS) {
      test(`${shell}: ${name}`, { skip }, async () => {
        const hostility = HOSTILITIES[name]
        assert.ok(hostility !== undefined)
        const output = await pressTab(shell, hostility, 'k')
        assert.doesNotMatch(output, MARKED)
        assert.doesNotMatch(output, /uid=/)
      })
    }

    test(`${shell}: a title of escapes beside an id that is one`, { skip }, async () => {
      const output = await pressTab(shell, shown([], listed({ title: CANARY.slice(0, 60) })), 'k', 'k3mw9x2a')
      assert.doesNotMatch(output, MARKED)
    })
  }
})

/** All that a shell writes when Tab follows `gifchat join` and these letters. */
async function pressTab(
  shell: (typeof SHELL_NAMES)[number],
  hostility: Hostility,
  letters: string,
  completed?: string,
): Promise<string> {
  await using server = await startHostileServer(hostility)
  await using session = await openShell(shell, GIFCHAT, { GIFCHAT_SERVER: server.url })
  const { terminal } = session
  terminal.type(`gifchat join ${letters}${KEYS.tab}`)
  if (completed !== undefined) {
    // A shell whose machine is busy completes nothing in the time for it. People press Tab again.
    const pressing = setInterval(() => terminal.type(KEYS.tab), 2_000)
    await terminal.waitFor(`gifchat join ${completed}`).finally(() => clearInterval(pressing))
  }
  terminal.type(`${CTRL_U}cat ran; echo still"here"\r`)
  await terminal.waitFor('stillhere')
  return terminal.output
}
