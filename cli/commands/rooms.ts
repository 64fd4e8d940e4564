import type { RoomSummary } from '../../protocol/model.ts'
import { plainText } from '../terminal/plain-text.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { jsonLine } from './shell/json-line.ts'
import {
  type CommandContext,
  type CommandOptions,
  runCommand,
  serverOf,
  withClient,
} from './shell/options.ts'

/** `gifchat rooms` for scripts: a line per room, then done. */
export function printRooms(options: CommandOptions, context: CommandContext): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const rooms = await withClient(serverOf(options, context.env), options, context, client =>
      client.listRooms(),
    )
    for (const room of rooms) context.stdout.write(options.json ? jsonLine(room) : lineOf(room))
    return EXIT_CODES.done
  })
}

/** Id, people/max, private or public, title: separated by tabs, which no title has; the same words in every language. */
function lineOf({ id, people, max, hasPassword, title }: RoomSummary): string {
  const access = hasPassword ? 'private' : 'public'
  return `${[plainText(id), `${people}/${max}`, access, plainText(title)].join('\t')}\n`
}
