import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DISPLAY_SETTINGS } from '../../../cli/app/model/display-settings.ts'
import { completionCommand } from '../../../cli/commands/completion.ts'
import { en } from '../../../cli/i18n/en.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { createProgram } from '../../../cli/program.ts'
import { SETTINGS } from '../../../server/config.ts'
import { CommandRun } from '../../support/command-run.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

async function scriptFor(shell: string): Promise<string> {
  const run = new CommandRun(context => completionCommand(shell, createProgram(en), {}, context))
  assert.equal(await run.exitCode, 0)
  return run.stdout
}

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-completion-'))
  // The server's answer, which the completion asks for.
  await writeFile(join(directory, 'gifchat'), "#!/bin/sh\nprintf 'k3mw9x2a\\nzz9\\n'\n")
  await chmod(join(directory, 'gifchat'), 0o755)
})
after(() => rm(directory, { recursive: true }))

describe('bash', () => {
  /** What Tab offers after these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const script = `${await scriptFor('bash')}
COMP_WORDS=(gifchat "$@"); COMP_CWORD=$#; _gifchat; printf '%s\\n' "\${COMPREPLY[@]}"`
    const out = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], {
      env: { PATH: `${directory}:${process.env.PATH ?? ''}`, HOME: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    })
    return out.split('\n').filter(word => word !== '')
  }

  test('completes commands, flags of the command, and values of flags', async () => {
    assert.deepEqual(await offered('c'), ['create', 'completion'])
    assert.deepEqual(await offered('create', '--m'), ['--max'])
    assert.deepEqual(await offered('--lang', ''), ['auto', 'en', 'ko'])
    assert.deepEqual(await offered('join', '--theme', 'l'), ['light'])
    assert.deepEqual(await offered('completion', ''), [...SHELLS, '--lang', '--help'])
    assert.deepEqual(await offered('serve', '--dur'), ['--durability'])
    assert.deepEqual(await offered('serve', '--la'), ['--lang'])
    assert.deepEqual(await offered('serve', '--st'), ['--status', '--stop', '--startup-grace-ms'])
    assert.deepEqual(await offered('create', '--max', ''), [])
  })

  test('completes files, whatever is in their names', async () => {
    await writeFile(join(directory, '$(id>ran) it.gif'), '')
    assert.deepEqual(await offered('send', 'k', '--gif', join(directory, '$')), [
      join(directory, String.raw`\$\(id\>ran\)\ it.gif`),
    ])
  })

  test('completes the rooms that there are', async () => {
    assert.deepEqual(await offered('join', ''), ['k3mw9x2a', 'zz9'])
    assert.deepEqual(await offered('send', 'k'), ['k3mw9x2a'])
    assert.deepEqual(await offered('tail', '--si'), ['--since'])
  })
})

for (const shell of SHELLS) {
  test(`${shell}: the script has every command and every flag`, async () => {
    const script = await scriptFor(shell)
    for (const name of Object.keys(en.usage.commands)) assert.ok(script.includes(name), name)
    const flags = [...Object.values(DISPLAY_SETTINGS), ...Object.values(SETTINGS)].map(({ flag }) => flag)
    for (const flag of flags) assert.match(script, new RegExp(`(?:--(?:no-)?|-l (?:no-)?)${flag}\\b`))
  })
}

for (const shell of SHELLS.filter(shell => spawnSync(shell, ['-c', 'exit 0']).status === 0)) {
  test(`${shell} itself reads the script`, async () => {
    const file = join(directory, `gifchat.${shell}`)
    await writeFile(file, await scriptFor(shell))
    execFileSync(shell, ['-n', file])
  })
}

test('an unknown shell is refused, and the known ones are named', async () => {
  const run = new CommandRun(context => completionCommand('csh', createProgram(en), {}, context))
  assert.equal(await run.exitCode, 2)
  assert.match(run.stderr, /"csh".*bash, zsh or fish/)
})

test('every command is explained in each language, with the same flags', () => {
  const [english, korean] = [createProgram(en), createProgram(ko)]
  for (const [index, command] of [english, ...english.commands].entries()) {
    const other = [korean, ...korean.commands][index]
    assert.ok(other !== undefined)
    assert.deepEqual(
      other.options.map(({ flags }) => flags),
      command.options.map(({ flags }) => flags),
    )
    assert.match(other.helpInformation(), /\p{Script=Hangul}/u)
    assert.doesNotMatch(command.helpInformation(), /\p{Script=Hangul}/u)
  }
})
