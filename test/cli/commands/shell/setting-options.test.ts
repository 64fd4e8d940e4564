import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { DISPLAY_SETTINGS } from '../../../../cli/app/model/display-settings.ts'
import { roomsCommand } from '../../../../cli/commands/rooms.ts'
import { CONNECTION_SETTINGS } from '../../../../cli/commands/shell/connection-settings.ts'
import {
  addConnectionOptions,
  addDisplayOptions,
  typedOptions,
} from '../../../../cli/commands/shell/setting-options.ts'
import { en } from '../../../../cli/i18n/en.ts'
import { ko } from '../../../../cli/i18n/ko.ts'
import { createProgram } from '../../../../cli/program.ts'
import { CommandRun } from '../../../support/command-run.ts'

const withSettings = (command: Command): Command => addDisplayOptions(addConnectionOptions(command, en), en)

/** The options of `gifchat [before] rooms [after]`. */
function typed(before: readonly string[], after: readonly string[] = []): Readonly<Record<string, unknown>> {
  const program = withSettings(new Command('gifchat')).enablePositionalOptions()
  const command = withSettings(program.command('rooms')).action(() => undefined)
  program.parse([...before, 'rooms', ...after], { from: 'user' })
  return typedOptions(command)
}

test('only what was typed counts as typed, before the command or after it', context => {
  assert.deepEqual(typed([]), {})
  assert.deepEqual(typed(['--server', 'a'], ['--theme', 'light', '--no-mouse']), {
    server: 'a',
    theme: 'light',
    mouse: false,
  })
  assert.deepEqual(typed([], ['--server', 'b']), { server: 'b' }, 'the default of the program does not win')
  const before = { ...process.env }
  context.after(() => {
    process.env = before
  })
  Object.assign(process.env, { GIFCHAT_MOUSE: 'off', GIFCHAT_THEME: '', GIFCHAT_SERVER: 'c' })
  assert.deepEqual(typed([], ['--mouse']), { mouse: true })
})

test('--help shows the variable and the default of each setting, in each language', () => {
  for (const texts of [en, ko]) {
    const help = createProgram(texts).helpInformation().replace(/\s+/g, ' ')
    for (const { flag, env, fallback } of Object.values({ ...CONNECTION_SETTINGS, ...DISPLAY_SETTINGS })) {
      assert.match(help, new RegExp(`--(?:no-)?${flag}\\b`))
      const end = typeof fallback === 'string' ? `; ${texts.usage.default(fallback)}` : ''
      assert.ok(help.includes(`(${env}${end})`), env)
    }
  }
})

test('a bad value is refused with exit code 2 and the name of its flag or variable', async () => {
  const refused = async (flags: object, env: Readonly<Record<string, string>>) => {
    const run = new CommandRun(context => roomsCommand(flags, context), { env })
    return [await run.exitCode, run.stderr]
  }
  assert.deepEqual(await refused({ theme: 'blue' }, { GIFCHAT_THEME: 'light' }), [
    2,
    `--theme can't be "blue": choose auto, dark, or light.\n`,
  ])
  assert.deepEqual(await refused({}, { GIFCHAT_MOUSE: 'maybe' }), [
    2,
    `GIFCHAT_MOUSE can't be "maybe": choose on or off.\n`,
  ])
  assert.deepEqual((await refused({ server: 'ftp://x' }, {}))[0], 2)
  assert.deepEqual((await refused({}, { GIFCHAT_SERVER: 'ftp://x' }))[0], 2)
})
