import { Command, CommanderError } from 'commander'
import packageFile from '../package.json' with { type: 'json' }
import { addDisplayOptions } from './commands/display-options.ts'
import type { CommandOptions } from './commands/options.ts'

const EXIT_CODE_USAGE = 2

/** The command line: sets `process.exitCode` (README, "Exit codes"). Each command loads its own code when it runs. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads our output may stop doing so at any time (`gifchat --help | head -1`).
  process.stdout.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
  if (argv[2] === 'serve') {
    const { serveCommand } = await import('./commands/serve.ts')
    process.exitCode = await serveCommand(argv.slice(3))
    return
  }
  try {
    await program().parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version were asked for; anything else was a mistake in the command line, which commander has named.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODE_USAGE
  }
}

function program(): Command {
  const root = screenCommand(new Command('gifchat'), ['gifchat', 'gifchat --server ws://chat.example:8005'])
    .description(
      'Throwaway chat rooms for the terminal, with GIFs that play there. Without a command: the list of rooms.',
    )
    .version(packageFile.version)
    .enablePositionalOptions()
    .action(async (_options, self: Command) => {
      const { lobby } = await import('./commands/lobby.ts')
      process.exitCode = await lobby(optionsOf(self), await contextOf(self))
    })
  root.command('serve').description('run a server on port 8005; "gifchat serve --help" lists its settings')
  screenCommand(root.command('rooms'), ['gifchat rooms', 'gifchat rooms --json | jq -r .title'])
    .description('list the rooms: live in a terminal, a line per room in a pipe or with --json')
    .action(async (_options, self: Command) => {
      const options = optionsOf(self)
      if (process.stdout.isTTY && process.stdin.isTTY && !options.json) {
        const { rooms } = await import('./commands/lobby.ts')
        process.exitCode = await rooms(options, await contextOf(self))
      } else {
        const { printRooms } = await import('./commands/rooms.ts')
        process.exitCode = await printRooms(options, await contextOf(self))
      }
    })
  screenCommand(root.command('create'), [
    'gifchat create',
    'gifchat create "after work" --max 5 --password hunter2',
  ])
    .description('open a room and enter it')
    .argument('[title]', 'at most 60 characters; a readable one is made when it is left out')
    .option('--max <people>', 'people that it is for, 2 to 1000', '10')
    .action(async (title: string | undefined, _options, self: Command) => {
      const { create } = await import('./commands/create.ts')
      process.exitCode = await create(title, optionsOf(self), await contextOf(self))
    })
  screenCommand(root.command('join'), [
    'gifchat join k3mw9x2a',
    'gifchat join ws://192.168.0.7:8005/k3mw9x2a',
  ])
    .description('enter a room')
    .argument('<room>', 'its id, or the line that a room shows to be handed on')
    .action(async (room: string, _options, self: Command) => {
      const { join } = await import('./commands/join.ts')
      process.exitCode = await join(room, optionsOf(self), await contextOf(self))
    })
  command(root.command('send'), [
    'gifchat send k3mw9x2a "the build is green"',
    'gifchat send k3mw9x2a --gif ./cat.gif',
    'tail -f build.log | gifchat send k3mw9x2a -',
  ])
    .description('for scripts: post to a room, done when the server has stored it')
    .argument('<room>', 'its id, or the line handed on')
    .argument('[text]', 'what to say; - reads standard input, a message per line')
    .option('--gif <file>', 'post a GIF instead')
    .action(async (room: string, text: string | undefined, _options, self: Command) => {
      const { send } = await import('./commands/send.ts')
      process.exitCode = await send(room, text, optionsOf(self), await contextOf(self))
    })
  command(root.command('tail'), ['gifchat tail k3mw9x2a', 'gifchat tail k3mw9x2a --json --since 120'])
    .description('for scripts: print what is said in a room until stopped')
    .argument('<room>', 'its id, or the line handed on')
    .option('--since <number>', 'begin after this message instead of with the newest 50')
    .action(async (room: string, _options, self: Command) => {
      const { tail } = await import('./commands/tail.ts')
      process.exitCode = await tail(room, optionsOf(self), await contextOf(self))
    })
  command(root.command('whoami'), ['gifchat whoami', 'gifchat whoami --new'])
    .description('show your colour and id on a server')
    .option('--new', 'become somebody else')
    .action(async (_options, self: Command) => {
      const { whoami } = await import('./commands/whoami.ts')
      process.exitCode = await whoami(optionsOf(self), await contextOf(self))
    })
  return root
}

/** What every command has: the connection's options, examples under its help, and errors that come back as exceptions. */
const command = (made: Command, examples: readonly string[]): Command =>
  made
    .option(
      '--server <address>',
      'ws://host:port or wss://host (GIFCHAT_SERVER; default ws://localhost:8005)',
    )
    .option('--password <password>', "the room's password (GIFCHAT_PASSWORD)")
    .option('--token-file <path>', 'where your identity is kept (GIFCHAT_TOKEN_FILE)')
    .option('--json', 'write JSON, one object per line')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is, with examples)')
    .addHelpText('after', `\nExamples:\n${examples.map(example => `  ${example}\n`).join('')}`)

/** A command that takes the screen has settings for it too. */
const screenCommand = (made: Command, examples: readonly string[]): Command =>
  addDisplayOptions(command(made, examples))

/** Options may stand before the command too. */
const optionsOf = (self: Command): CommandOptions & { readonly max?: string } => self.optsWithGlobals()

const contextOf = async (self: Command) =>
  (await import('./commands/options.ts')).processContext(optionsOf(self))
