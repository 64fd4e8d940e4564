import { reportedColorDepth } from '../terminal/ask/color-depth.ts'
import { colorSwatch } from '../terminal/color/color-swatch.ts'
import type { CommandContext } from './shell/command-context.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, serverOption } from './shell/settings.ts'
import { withCommandClient } from './shell/with-client.ts'

interface WhoamiOptions extends CommandOptions {
  /** Asks for a new identity on this server. */
  readonly new?: boolean
}

/** `gifchat whoami`: prints the identity that others see on this server. */
export function whoamiCommand(options: WhoamiOptions, context: CommandContext): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const server = serverOption(options, context.env)
    const connection = { ...options, isFresh: options.new === true, isQuestion: true }
    const user = await withCommandClient(server, connection, context, async client => client.user)
    if (user === undefined) return EXIT_CODES.done
    const { stdout, env: environment } = context
    const stripe = colorSwatch(user.color, stdout.isTTY === true ? reportedColorDepth(environment) : 'none')
    const line = `${stripe === '' ? '' : `${stripe} `}${user.color} ${user.id}\n`
    stdout.write(options.json ? printableJsonLine({ server, ...user }) : line)
    return EXIT_CODES.done
  })
}
