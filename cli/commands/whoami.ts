import { colorDepth } from '../terminal/ask/color-depth.ts'
import { swatch } from '../terminal/color/swatch.ts'
import type { CommandContext } from './shell/command-context.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { jsonLine } from './shell/json-line.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, serverOf } from './shell/settings.ts'
import { withClient } from './shell/with-client.ts'

interface WhoamiOptions extends CommandOptions {
  /** Asks for a new identity on this server. */
  readonly new?: boolean
}

/** `gifchat whoami`: prints the identity that others see on this server. */
export function whoamiCommand(options: WhoamiOptions, context: CommandContext): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const server = serverOf(options, context.env)
    const connection = { ...options, isFresh: options.new === true }
    const user = await withClient(server, connection, context, async client => client.user)
    if (user === undefined) return EXIT_CODES.done
    const { stdout, env: environment } = context
    const stripe = swatch(user.color, stdout.isTTY === true ? colorDepth(environment) : 'none')
    const line = `${stripe === '' ? '' : `${stripe} `}${user.color} ${user.id}\n`
    stdout.write(options.json ? jsonLine({ server, ...user }) : line)
    return EXIT_CODES.done
  })
}
