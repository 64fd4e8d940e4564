import { addAbortSignal, type Readable } from 'node:stream'
import { LIMITS } from '../../protocol/limits.ts'
import { isVisibleText, type RoomId } from '../../protocol/model.ts'
import type { ChatClient, OutgoingHandle } from '../connection/client-events.ts'
import { givenFilePath } from '../files/file-path.ts'
import { checkGifFile } from '../files/gif-file.ts'
import { isGifTooLarge, shrinkGifFile } from '../files/smaller-gif-file.ts'
import { smallerGifInWords } from '../i18n/smaller-gif-in-words.ts'
import { SendDelays } from './send-delays.ts'
import type { CommandContext } from './shell/command-context.ts'
import { untilCommandCutOff } from './shell/cut-off.ts'
import { EXIT_CODES, type ExitCode, UsageError } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import { runCommand, writeCommandNotice } from './shell/run-command.ts'
import { type InputPart, scriptInputLines } from './shell/script-input-lines.ts'
import { ScriptLinePrinter } from './shell/script-line-printer.ts'
import { ScriptReadAhead } from './shell/script-read-ahead.ts'
import { type CommandOptions, choiceOption, passwordOption, roomArgument } from './shell/settings.ts'
import { withCommandClient } from './shell/with-client.ts'

interface SendOptions extends CommandOptions {
  /** The path of a GIF file, to post instead of a text. */
  readonly gif?: string
  /** Whether the GIF is made smaller if the server would refuse it. */
  readonly fit?: boolean
  /** What it is in the room. */
  readonly as?: string
  /** What becomes of a line of standard input that is longer than a message. */
  readonly longLines?: string
}

type LongLines = 'split' | 'cut'

/** What to send: one of three. */
type Content =
  | { readonly text: string }
  | { readonly gifPath: string }
  | { readonly lines: ScriptReadAhead<InputPart> }

/** Lines of input that are read before they can be sent. */
const LINES_AHEAD = 1_000

/**
 * `gifchat send`: posts a text, a GIF, or each line of standard input in order. Done when all of
 * it is acked.
 */
export async function sendCommand(
  target: string,
  text: string | undefined,
  options: SendOptions,
  context: CommandContext,
): Promise<ExitCode> {
  let isAllSent = false
  const exitCode = await runCommand(options, context, async () => {
    const { server, room } = roomArgument(target, options, context.env)
    const connection = { ...options, role: choiceOption('--as', options.as, ['bot', 'person']) }
    const longLines = choiceOption('--long-lines', options.longLines, ['split', 'cut'])
    const content = await contentOf(text, options, context)
    const delays = new SendDelays({
      tell: sentence => writeCommandNotice(sentence, options, context),
      texts: context.texts.script,
      waiting: () => 1 + ('lines' in content ? content.lines.waiting : 0),
    })
    try {
      delays.beginWait()
      await withCommandClient(server, connection, context, async client => {
        const over = untilCommandCutOff(client, context.texts)
        client.subscribe(delays.receiveEvent)
        const password = passwordOption(options, context.env)
        await client.join(room, { isPatient: true, ...(password !== undefined && { password }) })
        delays.endWait()
        const sending = { client, room, delays, longLines }
        const sent = sendAll(sending, content, options, context)
        sent.catch(() => undefined)
        try {
          // Input may stay silent for ever, and the server end meanwhile.
          await Promise.race([sent, over])
        } catch (error) {
          // Why the connection ended says more than the message which that cost.
          if (client.status.state === 'closed' && !context.stopped.aborted) await over
          throw error
        } finally {
          if ('lines' in content) content.lines.stopReading()
        }
      })
    } finally {
      delays.stopWait()
    }
    isAllSent = !context.stopped.aborted
    return EXIT_CODES.done
  })
  if (exitCode !== EXIT_CODES.done || isAllSent) return exitCode
  writeCommandNotice(context.texts.script.sendStopped, options, context)
  return EXIT_CODES.unexpected
}

async function contentOf(
  text: string | undefined,
  { gif }: SendOptions,
  { stdin, stopped, texts }: CommandContext,
): Promise<Content> {
  if (text !== undefined && gif !== undefined) throw new UsageError(texts.script.sendOnlyOne)
  if (gif !== undefined) return { gifPath: await givenFilePath(gif) }
  if (text === undefined) throw new UsageError(texts.script.sendNeedsOne)
  return text === '-' ? { lines: linesAhead(addAbortSignal(stopped, stdin)) } : { text }
}

const linesAhead = (stdin: Readable): ScriptReadAhead<InputPart> =>
  new ScriptReadAhead(scriptInputLines(stdin, LIMITS.textLength), LINES_AHEAD, () => stdin.destroy())

interface Sending {
  readonly client: ChatClient
  readonly room: RoomId
  readonly delays: SendDelays
  readonly longLines: LongLines
}

/** A smaller GIF, if the file is too large for the server. */
async function fittingGif(
  { mostGifBytes }: ChatClient,
  path: string,
  options: SendOptions,
  context: CommandContext,
): Promise<Uint8Array | undefined> {
  try {
    await checkGifFile(path, mostGifBytes)
    return undefined
  } catch (error) {
    if (!isGifTooLarge(error)) throw error
  }
  const gif = await shrinkGifFile(path, mostGifBytes, context.stopped)
  writeCommandNotice(smallerGifInWords(gif, context.texts), options, context)
  return gif.bytes
}

async function sendAll(
  { client, room, delays, longLines }: Sending,
  content: Content,
  options: SendOptions,
  context: CommandContext,
): Promise<void> {
  const { texts, stopped } = context
  const printer = new ScriptLinePrinter(context)
  const report = async ({ clientMessageId, acked }: OutgoingHandle) => {
    delays.beginWait()
    const { seq, createdAt } = await acked
    delays.endWait()
    if (!options.json) return
    printer.printLine(printableJsonLine({ type: 'sent', room, clientMessageId, seq, createdAt }))
    await printer.whenPrinted()
  }
  if ('text' in content) return report(client.send(room, content.text))
  if ('gifPath' in content) {
    const { gifPath } = content
    const smaller = options.fit === true ? await fittingGif(client, gifPath, options, context) : undefined
    try {
      return await report(client.sendGif(room, gifPath, undefined, smaller))
    } catch (error) {
      if (isGifTooLarge(error)) writeCommandNotice(texts.script.fitSendsSmaller, options, context)
      throw error
    }
  }
  let isTold = false
  for await (const { line, part, isLast, text } of content.lines) {
    if (stopped.aborted) return
    if (!isLast && !isTold) {
      isTold = true
      writeCommandNotice(texts.script.longLines[longLines](line), options, context)
    }
    if (!isVisibleText(text) || (longLines === 'cut' && part > 0)) continue
    try {
      await report(client.send(room, text))
    } catch (error) {
      if (!stopped.aborted) writeCommandNotice(texts.script.lineRefused(line), options, context)
      throw error
    }
  }
}
