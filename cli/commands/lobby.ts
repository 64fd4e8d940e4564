import { runFrontend } from '../frontend/run-frontend.ts'
import type { CommandContext } from './shell/command-context.ts'
import type { ExitCode } from './shell/exit-codes.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, serverOption } from './shell/settings.ts'

/** `gifchat`: the list of rooms; pick one, or open one. */
export const lobbyCommand = (options: CommandOptions, context: CommandContext): Promise<ExitCode> =>
  runCommand(options, context, display =>
    runFrontend(
      {
        name: 'gifchat',
        server: serverOption(options, context.env),
        canServe: true,
        open: async () => undefined,
      },
      display,
      options,
      context,
    ),
  )
