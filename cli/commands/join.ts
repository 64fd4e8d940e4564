import { enterInvitedRoom } from '../frontend/enter-first-room.ts'
import { runFrontend } from '../frontend/run-frontend.ts'
import type { CommandContext } from './shell/command-context.ts'
import type { ExitCode } from './shell/exit-codes.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, passwordOption, roomArgument } from './shell/settings.ts'

/**
 * `gifchat join`: enters a room by its id or its invite. Asks for the password only if there is
 * one.
 */
export const joinCommand = (
  target: string,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> =>
  runCommand(options, context, async display => {
    const { server, room } = roomArgument(target, options, context.env)
    const password = passwordOption(options, context.env)
    return runFrontend(
      {
        name: 'gifchat join',
        server,
        canServe: false,
        open: client => enterInvitedRoom(client, room, password),
      },
      display,
      options,
      context,
    )
  })
