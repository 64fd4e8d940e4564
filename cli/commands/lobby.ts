import { runInteractive } from '../frontend/interactive.ts'
import type { CommandContext } from './shell/command-context.ts'
import type { ExitCode } from './shell/exit-codes.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, serverOf } from './shell/settings.ts'

/** `gifchat`: the list of rooms; pick one, or open one. */
export const lobbyCommand = (options: CommandOptions, context: CommandContext): Promise<ExitCode> =>
  runCommand(options, context, display =>
    runInteractive(
      {
        name: 'gifchat',
        server: serverOf(options, context.env),
        canServe: true,
        open: async () => undefined,
      },
      display,
      options,
      context,
    ),
  )
