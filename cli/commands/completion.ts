import type { Command, Option } from 'commander'
import { DISPLAY_SETTINGS } from '../app/model/display-settings.ts'
import type { CommandContext } from './shell/command-context.ts'
import {
  bashCompletionScript,
  fishCompletionScript,
  type ShellCommand,
  type ShellFlag,
  zshCompletionScript,
} from './shell/completion-scripts.ts'
import { EXIT_CODES, type ExitCode, UsageError } from './shell/exit-codes.ts'
import { allowedDisplayValues } from './shell/read-display-settings.ts'
import { runCommand } from './shell/run-command.ts'

const SCRIPTS: ReadonlyMap<string, (commands: readonly ShellCommand[]) => string> = new Map([
  ['bash', bashCompletionScript],
  ['zsh', zshCompletionScript],
  ['fish', fishCompletionScript],
])

/** Flags whose value is a file. */
const FILE_FLAGS = ['--gif', '--token-file', '--data']

/**
 * `gifchat completion`: prints the script for a shell. It is made from the command line's own
 * definition.
 */
export function completionCommand(
  shell: string,
  program: Command,
  context: CommandContext,
): Promise<ExitCode> {
  return runCommand({}, context, async () => {
    const script = SCRIPTS.get(shell)
    if (script === undefined) throw new UsageError(context.texts.usage.unknownShell(shell))
    const commands = program.commands.map(command =>
      command.name() === 'serve' ? serveCommand(command) : shellCommand(command, command.name()),
    )
    context.stdout.write(script([shellCommand(program, ''), ...(await Promise.all(commands))]))
    return EXIT_CODES.done
  })
}

const shellCommand = (command: Command, name: string): ShellCommand => ({
  name,
  about: command.description(),
  wantsRoom: command.registeredArguments[0]?.name() === 'room',
  words: command.registeredArguments[0]?.name() === 'shell' ? [...SCRIPTS.keys()] : [],
  flags: flagsOf(command),
})

function flagsOf(command: Command): readonly ShellFlag[] {
  const help = command.createHelp()
  return help.visibleOptions(command).map(option => shellFlag(option, help.optionDescription(option)))
}

function shellFlag({ long, short, required }: Option, about: string): ShellFlag {
  const name = long ?? short ?? ''
  const setting = Object.values(DISPLAY_SETTINGS).find(({ flag }) => `--${flag}` === name)
  return {
    name,
    about,
    takesValue: required,
    values: setting === undefined || !required ? [] : allowedDisplayValues(setting),
    isFile: FILE_FLAGS.includes(name),
  }
}

/** The server has a command line of its own. */
async function serveCommand(command: Command): Promise<ShellCommand> {
  const { SETTINGS } = await import('../../server/config.ts')
  const { BACKGROUND_FLAGS } = await import('../../server/background-texts.ts')
  const settings = Object.values(SETTINGS).map(({ flag, help }) => ({
    name: `--${flag}`,
    about: help,
    takesValue: true,
    values: [],
    isFile: FILE_FLAGS.includes(`--${flag}`),
  }))
  const background = Object.entries(BACKGROUND_FLAGS).map(([flag, about]) => ({
    name: `--${flag}`,
    about,
    takesValue: false,
    values: [],
    isFile: false,
  }))
  const known = shellCommand(command, 'serve')
  return { ...known, flags: [...background, ...settings, ...known.flags] }
}
