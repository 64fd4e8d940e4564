import type { RoomSummary } from '../../protocol/model.ts'
import { readableRoom } from '../app/model/readable-event.ts'
import type { CommandContext } from './shell/command-context.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import { runCommand } from './shell/run-command.ts'
import { ScriptLinePrinter } from './shell/script-line-printer.ts'
import { type CommandOptions, serverOption } from './shell/settings.ts'
import { withCommandClient } from './shell/with-client.ts'

/** `gifchat rooms`: shows the live list in a terminal, and prints a line per room for scripts. */
export function roomsCommand(options: CommandOptions, context: CommandContext): Promise<ExitCode> {
  return runCommand(options, context, async display => {
    const server = serverOption(options, context.env)
    if (context.terminal !== undefined && !options.json) {
      // Scripts need not wait for the screen's code to load.
      const { runFrontend } = await import('../frontend/run-frontend.ts')
      const command = { name: 'gifchat rooms', server, canServe: false, open: async () => undefined }
      return runFrontend(command, display, options, context)
    }
    const listed = await withCommandClient(server, { ...options, isQuestion: true }, context, client =>
      client.listRooms(),
    )
    const printer = new ScriptLinePrinter(context)
    for (const room of listed)
      printer.printLine(options.json ? printableJsonLine(room) : lineOf(readableRoom(room)))
    await printer.whenPrinted()
    return EXIT_CODES.done
  })
}

/**
 * Id, people/max, private or public, and title, with tabs between: no title has one. The words
 * are the same in every language.
 */
function lineOf({ id, people, max, hasPassword, title }: RoomSummary): string {
  const access = hasPassword ? 'private' : 'public'
  return `${[id, `${people}/${max}`, access, title].join('\t')}\n`
}
