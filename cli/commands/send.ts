import { addAbortSignal, type Readable } from 'node:stream'
import { LIMITS } from '../../protocol/limits.ts'
import { isVisibleText, type RoomId } from '../../protocol/model.ts'
import type { ChatClient, OutgoingHandle } from '../connection/client-events.ts'
import { givenFilePath } from '../files/file-path.ts'
import { checkGifFile } from '../files/gif-file.ts'
import { isGifTooLarge, shrinkGifFile } from '../files/smaller-gif-file.ts'
import { smallerGifInWords } from '../i18n/smaller-gif-in-words.ts'
import type { CommandContext } from './shell/command-context.ts'
import { EXIT_CODES, type ExitCode, UsageError } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import { runCommand, writeCommandNotice } from './shell/run-command.ts'
import { scriptInputLines } from './shell/script-input-lines.ts'
import { type CommandOptions, passwordOption, roleOption, roomArgument } from './shell/settings.ts'
import { withCommandClient } from './shell/with-client.ts'

interface SendOptions extends CommandOptions {
  /** The path of a GIF file, to post instead of a text. */
  readonly gif?: string
  /** Whether the GIF is made smaller if the server would refuse it. */
  readonly fit?: boolean
  /** What it is in the room. */
  readonly as?: string
}

/** What to send: one of three. */
type Content = { readonly text: string } | { readonly gifPath: string } | { readonly lines: Readable }

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
    const content = await contentOf(text, options, context)
    const { server, room } = roomArgument(target, options, context.env)
    const connection = { ...options, role: roleOption(options.as, ['bot', 'person']) }
    await withCommandClient(server, connection, context, async client => {
      const password = passwordOption(options, context.env)
      await client.join(room, { isPatient: true, ...(password !== undefined && { password }) })
      await sendAll(client, room, content, options, context)
    })
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
  return text === '-' ? { lines: addAbortSignal(stopped, stdin) } : { text }
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
  client: ChatClient,
  room: RoomId,
  content: Content,
  options: SendOptions,
  context: CommandContext,
): Promise<void> {
  const report = async ({ clientMessageId, acked }: OutgoingHandle) => {
    const { seq, createdAt } = await acked
    if (options.json)
      context.stdout.write(printableJsonLine({ type: 'sent', room, clientMessageId, seq, createdAt }))
  }
  if ('text' in content) return report(client.send(room, content.text))
  if ('gifPath' in content) {
    const { gifPath } = content
    const smaller = options.fit === true ? await fittingGif(client, gifPath, options, context) : undefined
    return report(client.sendGif(room, gifPath, undefined, smaller))
  }
  // A code point has at most two code units, so a line that is cut here is too long in any case.
  for await (const line of scriptInputLines(content.lines, LIMITS.textLength * 2)) {
    if (context.stopped.aborted) return
    if (!isVisibleText(line.text) && !line.isTooLong) continue
    try {
      if (line.isTooLong) throw new UsageError(context.texts.script.lineTooLong(line.number))
      await report(client.send(room, line.text))
    } catch (error) {
      if (!context.stopped.aborted)
        writeCommandNotice(context.texts.script.lineRefused(line.number), options, context)
      throw error
    }
  }
}
