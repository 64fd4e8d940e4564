import { runInteractive } from '../frontend/interactive.ts'
import type { ExitCode } from './shell/exit-codes.ts'
import { type CommandContext, type CommandOptions, runCommand, serverOf } from './shell/options.ts'

/** `gifchat`: the list of rooms; pick one, or open one. */
export const lobby = (options: CommandOptions, context: CommandContext): Promise<ExitCode> =>
  showRooms('gifchat', true, options, context)

/** `gifchat rooms` in a terminal: the same list, of a server that has to be there. */
export const rooms = (options: CommandOptions, context: CommandContext): Promise<ExitCode> =>
  showRooms('gifchat rooms', false, options, context)

const showRooms = (
  name: string,
  canServe: boolean,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> =>
  runCommand(options, context, () => {
    const server = serverOf(options, context.env)
    return runInteractive({ name, server, canServe, open: async () => undefined }, options, context)
  })
