import type { ChatMessage, Seq } from '../../protocol/model.ts'
import type { ClientEvent } from '../connection/client-events.ts'
import type { ScriptTexts } from '../i18n/script-texts.en.ts'
import type { CommandContext } from './shell/command-context.ts'
import { untilCommandCutOff } from './shell/cut-off.ts'
import { EXIT_CODES, type ExitCode, UsageError } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import { runCommand, writeCommandNotice } from './shell/run-command.ts'
import { ScriptLinePrinter } from './shell/script-line-printer.ts'
import { type CommandOptions, choiceOption, passwordOption, roomArgument } from './shell/settings.ts'
import { withCommandClient } from './shell/with-client.ts'
import { type RoomEvent, TailLines } from './tail-lines.ts'

interface TailOptions extends CommandOptions {
  /** The number of the message to begin after. Without it the newest 50 come first. */
  readonly since?: string
  /** What it is in the room. */
  readonly as?: string
}

/** `gifchat tail`: prints what is said in a room, a line each, until it is stopped. */
export function tailCommand(
  target: string,
  options: TailOptions,
  context: CommandContext,
): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const { server, room } = roomArgument(target, options, context.env)
    const sinceSeq = sinceOf(options, context.texts.script)
    const connection = { ...options, role: choiceOption('--as', options.as, ['observer', 'bot', 'person']) }
    await withCommandClient(server, connection, context, async client => {
      const over = untilCommandCutOff(client, context.texts)
      const printer = new ScriptLinePrinter(context, client)
      const lines = new TailLines(context.texts)
      const print = (event: RoomEvent) => (options.json ? printableJsonLine(event) : lines.plainLine(event))
      let lastSeq = sinceSeq
      const noteMissing = ({ seq }: ChatMessage) => {
        const isMissing = lastSeq !== undefined && seq > lastSeq + 1
        if (isMissing) writeCommandNotice(context.texts.script.missing, options, context)
        lastSeq = seq
      }
      client.subscribe(event => {
        if (event.type === 'joined') lines.meet(event.members)
        for (const happened of roomEventsOf(event)) {
          if (happened.type === 'message') noteMissing(happened.message)
          printer.printLine(print(happened))
        }
      })
      const password = passwordOption(options, context.env)
      await Promise.race([
        over,
        client
          .join(room, {
            isPatient: true,
            ...(password !== undefined && { password }),
            ...(sinceSeq !== undefined && { sinceSeq }),
          })
          .then(() => over),
      ]).finally(() => printer.whenPrinted())
    })
    return EXIT_CODES.done
  })
}

function sinceOf({ since }: TailOptions, texts: ScriptTexts): Seq | undefined {
  if (since === undefined) return undefined
  const seq = Number(since)
  if (!/^\d+$/.test(since) || !Number.isSafeInteger(seq)) throw new UsageError(texts.badSince(since))
  return seq
}

/** A join brings older messages, or those that were missed while the connection was lost. */
function roomEventsOf(event: ClientEvent): readonly RoomEvent[] {
  switch (event.type) {
    case 'join':
      return event.isReturn === true ? [] : [event]
    case 'message':
    case 'exit':
      return [event]
    case 'joined':
      return event.messages.map(message => ({ type: 'message', room: event.room.id, message }))
    default:
      return []
  }
}
