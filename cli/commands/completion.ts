import type { Command, Option } from 'commander'
import { DISPLAY_SETTINGS } from '../app/model/display-settings.ts'
import type { Texts } from '../i18n/en.ts'
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
import type { CommandOptions } from './shell/settings.ts'

const SCRIPTS: ReadonlyMap<string, (commands: readonly ShellCommand[]) => string> = new Map([
  ['bash', bashCompletionScript],
  ['zsh', zshCompletionScript],
  ['fish', fishCompletionScript],
])

/** Flags whose value is a file. */
const FILE_FLAGS = ['--gif', '--token-file', '--ca', '--data']

/**
 * `gifchat completion`: prints the script for a shell. It is made from the command line's own
 * definition.
 */
export function completionCommand(
  shell: string,
  program: Command,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const script = SCRIPTS.get(shell)
    if (script === undefined) throw new UsageError(context.texts.usage.unknownShell(shell))
    const commands = program.commands.map(command =>
      command.name() === 'serve'
        ? serveCommand(command, context.texts)
        : shellCommand(command, command.name()),
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
async function serveCommand(command: Command, { language }: Texts): Promise<ShellCommand> {
  const { serveCommandLine } = await import('../../server/serve-flags.ts')
  const { serveWordsIn } = await import('../../server/words/pick-serve-words.ts')
  const words = serveWordsIn(language === 'ko' ? 'ko' : 'en')
  return { ...shellCommand(serveCommandLine(words), 'serve'), about: command.description() }
}
