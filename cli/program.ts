import { Command, Option } from 'commander'
import packageFile from '../package.json' with { type: 'json' }
import {
  addConnectionOptions,
  addDisplayOptions,
  describeOption,
  typedOptions,
} from './commands/shell/setting-options.ts'
import type { CommandOptions } from './commands/shell/settings.ts'
import { helpItem } from './commands/shell/terminal-lines.ts'
import type { Texts } from './i18n/en.ts'
import { screenWidthOf } from './text/screen-width.ts'
import { wrapText } from './text/wrap-text.ts'

/**
 * The definition of the command line in one language, for the parser, `--help` and the
 * completions. Each command loads its code when it runs.
 */
export function createProgram(texts: Texts): Command {
  const { usage } = texts
  const { commands, options } = usage
  const root = screenCommand(new Command('gifchat'), texts, [
    'gifchat',
    'gifchat --server ws://chat.example:8005',
  ])
    .description(usage.about)
    .option('--share', options.share)
    .version(packageFile.version, '-V, --version', options.version)
    .enablePositionalOptions()
    .helpCommand(false)
    .action(async (_options, self: Command) => {
      const { lobbyCommand } = await import('./commands/lobby.ts')
      process.exitCode = await lobbyCommand(optionsOf(self), await contextOf(self))
    })
  root.command('serve').description(commands.serve)
  screenCommand(root.command('rooms'), texts, ['gifchat rooms', 'gifchat rooms --json | jq -r .title'])
    .description(commands.rooms)
    .action(async (_options, self: Command) => {
      const { roomsCommand } = await import('./commands/rooms.ts')
      process.exitCode = await roomsCommand(optionsOf(self), await contextOf(self))
    })
  screenCommand(root.command('create'), texts, [
    'gifchat create',
    'gifchat create "after work" --max 5 --password hunter2',
    'gifchat create --json --hold | jq -r .address',
  ])
    .description(commands.create)
    .argument('[title]', usage.arguments.title)
    .option('--max <people>', options.max)
    .option('--hold', options.hold)
    .option('--share', options.share)
    .action(async (title: string | undefined, _options, self: Command) => {
      const { createCommand } = await import('./commands/create.ts')
      process.exitCode = await createCommand(title, optionsOf(self), await contextOf(self))
    })
  screenCommand(root.command('join'), texts, [
    'gifchat join k3mw9x2a',
    'gifchat join ws://192.168.0.7:8005/k3mw9x2a',
  ])
    .description(commands.join)
    .argument('<room>', usage.arguments.room)
    .action(async (room: string, _options, self: Command) => {
      const { joinCommand } = await import('./commands/join.ts')
      process.exitCode = await joinCommand(room, optionsOf(self), await contextOf(self))
    })
  scriptCommand(root.command('send'), texts, [
    'gifchat send k3mw9x2a "the build is green"',
    'gifchat send k3mw9x2a --gif ./cat.gif',
    'tail -f build.log | gifchat send k3mw9x2a -',
  ])
    .description(commands.send)
    .argument('<room>', usage.arguments.room)
    .argument('[text]', usage.arguments.text)
    .option('--gif <file>', options.gif)
    .option('--fit', options.fit)
    .option('--as <role>', options.sendAs)
    .option('--long-lines <how>', options.longLines)
    .action(async (room: string, text: string | undefined, _options, self: Command) => {
      const { sendCommand } = await import('./commands/send.ts')
      process.exitCode = await sendCommand(room, text, optionsOf(self), await contextOf(self))
    })
  scriptCommand(root.command('tail'), texts, [
    'gifchat tail k3mw9x2a',
    'gifchat tail k3mw9x2a --json --since 120',
  ])
    .description(commands.tail)
    .argument('<room>', usage.arguments.room)
    .option('--since <number>', options.since)
    .option('--as <role>', options.tailAs)
    .action(async (room: string, _options, self: Command) => {
      const { tailCommand } = await import('./commands/tail.ts')
      process.exitCode = await tailCommand(room, optionsOf(self), await contextOf(self))
    })
  scriptCommand(root.command('whoami'), texts, ['gifchat whoami', 'gifchat whoami --new'])
    .description(commands.whoami)
    .option('--new', options.new)
    .action(async (_options, self: Command) => {
      const { whoamiCommand } = await import('./commands/whoami.ts')
      process.exitCode = await whoamiCommand(optionsOf(self), await contextOf(self))
    })
  screenCommand(root.command('doctor'), texts, ['gifchat doctor', 'gifchat doctor --json | jq .graphics'])
    .description(commands.doctor)
    .action(async (_options, self: Command) => {
      const { doctorCommand } = await import('./commands/doctor.ts')
      process.exitCode = await doctorCommand(optionsOf(self), await contextOf(self))
    })
  scriptCommand(root.command('wire'), texts, [
    'gifchat wire',
    "echo 'room.list limit=3' | gifchat wire ws://localhost:8005",
    'gifchat wire --no-hello',
  ])
    .description(commands.wire)
    .argument('[server]', usage.arguments.server)
    .addOption(new Option('--hello', options.hello).hideHelp())
    .option('--no-hello', options.noHello)
    .action(async (server: string | undefined, _options, self: Command) => {
      const { wireCommand } = await import('./commands/wire.ts')
      process.exitCode = await wireCommand(server, optionsOf(self), await contextOf(self))
    })
  addDisplayOptions(
    basicCommand(root.command('completion'), texts, [
      'source <(gifchat completion bash)      # in ~/.bashrc',
      'source <(gifchat completion zsh)       # in ~/.zshrc, after compinit',
      'gifchat completion fish > ~/.config/fish/completions/gifchat.fish',
    ]),
    texts,
    ['lang'],
  )
    .description(commands.completion)
    .argument('<shell>', usage.arguments.shell)
    .action(async (shell: string, _options, self: Command) => {
      if (shell === 'rooms') {
        const { completionRoomsCommand } = await import('./commands/completion-rooms.ts')
        // An exit waits for the threads of Node, and so for a name server that is silent: 10 s and
        // more.
        const endNow = () => process.kill(process.pid, 'SIGKILL')
        // A shell waits for the end of the process, which a server could put off by not taking our
        // leave.
        process.exit(await completionRoomsCommand(optionsOf(self), await contextOf(self), endNow))
      }
      const { completionCommand } = await import('./commands/completion.ts')
      process.exitCode = await completionCommand(shell, root, optionsOf(self), await contextOf(self))
    })
  return root
}

/** Adds what every command has: examples in its help, and errors as exceptions. */
const basicCommand = (made: Command, texts: Texts, examples: readonly string[]): Command => {
  const { usage } = texts
  return made
    .exitOverride()
    .helpOption('-h, --help', usage.options.help)
    .configureHelp({
      styleTitle: title => usage.titles[title] ?? title,
      optionDescription: option => describeOption(option, texts),
      displayWidth: screenWidthOf,
      boxWrap: (text, columns) => wrapText(text, columns).join('\n'),
      formatItem: (term, termColumns, description, { helpWidth = 80 }) =>
        helpItem(term, termColumns, description, helpWidth),
    })
    .addHelpText('after', `\n${usage.examples}\n${examples.map(example => `  ${example}\n`).join('')}`)
}

/** Adds the options of a command that connects to a server. */
const connectionCommand = (made: Command, texts: Texts, examples: readonly string[]): Command =>
  addConnectionOptions(basicCommand(made, texts, examples), texts).option('--json', texts.usage.options.json)

/** Adds the options of a command that prints lines. */
const scriptCommand = (made: Command, texts: Texts, examples: readonly string[]): Command =>
  addDisplayOptions(connectionCommand(made, texts, examples), texts, ['lang'])

/** Adds the options of a command that shows a screen. */
const screenCommand = (made: Command, texts: Texts, examples: readonly string[]): Command =>
  addDisplayOptions(connectionCommand(made, texts, examples), texts)

/** Commander does not know the types. They are those of the options defined above. */
const optionsOf = (self: Command): CommandOptions & { readonly max?: string } => typedOptions(self)

const contextOf = async (self: Command) =>
  (await import('./commands/shell/command-context.ts')).processCommandContext(optionsOf(self))
