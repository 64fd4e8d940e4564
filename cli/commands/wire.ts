import { addAbortSignal } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { CLOSE_CODES } from '../../protocol/close-codes.ts'
import { decodeServerMessage } from '../../protocol/codec.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { ServerUnreachableError } from '../connection/client-events.ts'
import { serverUnreachableReason } from '../connection/connection-end.ts'
import { greetingRetryMs } from '../connection/greeting.ts'
import { ANSWER_MS } from '../connection/pending-requests.ts'
import { openServerRoute } from '../connection/route/server-route.ts'
import { type ClientSocket, dialServer } from '../connection/socket.ts'
import type { Trace } from '../connection/trace.ts'
import { terminalSafeText } from '../terminal/terminal-safe-text.ts'
import type { CommandContext } from './shell/command-context.ts'
import { openDebugFile } from './shell/debug-file.ts'
import { CommandCutOffError, EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { printableJson, printableJsonLine } from './shell/printable-json.ts'
import { runCommand, writeCommandNotice } from './shell/run-command.ts'
import { scriptInputLines } from './shell/script-input-lines.ts'
import { ScriptLinePrinter } from './shell/script-line-printer.ts'
import { type CommandOptions, serverOption } from './shell/settings.ts'
import { openCommandTokenFile } from './shell/with-client.ts'
import { wireFrameOfLine } from './wire-frame.ts'

interface WireOptions extends CommandOptions {
  /**
   * If false, the person types `hello`. Tokens are then shown, since they are needed to come
   * back.
   */
  readonly hello?: boolean
}

/** Longer than a server accepts, so that a developer can see the refusal. */
const LONGEST_LINE = LIMITS.clientFrameBytes * 2
/** Characters up to which a frame is printed on one line. */
const SHORT_FRAME = 100

/**
 * `gifchat wire`: one connection, typed by hand. Prints each frame, out and in, with its time.
 */
export function wireCommand(
  address: string | undefined,
  options: WireOptions,
  context: CommandContext,
): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const server = serverOption(
      { ...options, ...(address !== undefined && { server: address }) },
      context.env,
    )
    const trace = openDebugFile(context.env, context.texts)
    const connection = new TypedConnection(options, context)
    try {
      await connection.open(server, trace)
      if (options.hello !== false) await connection.greet(server)
      await connection.sendLines()
      return await connection.close()
    } finally {
      trace?.close()
    }
  })
}

class TypedConnection {
  readonly #options: WireOptions
  readonly #context: CommandContext
  /** Aborted when the connection is closed, or when the command should end. */
  readonly #over: AbortSignal
  readonly #closed = new AbortController()
  /**
   * Ids of requests without an answer. It is empty for a frame without an id, on which a server
   * can only close.
   */
  readonly #pending = new Set<string>()
  readonly #printer: ScriptLinePrinter
  #socket: ClientSocket | undefined
  #onAnswer = () => {}
  #onWelcome: ((token: string) => void) | undefined
  #code: number | undefined
  #sent = 0
  /** Set if `hello` was refused, and may be said again after so many milliseconds. */
  #helloAgainMs: number | undefined

  constructor(options: WireOptions, context: CommandContext) {
    this.#options = options
    this.#context = context
    this.#over = AbortSignal.any([context.stopped, this.#closed.signal])
    this.#printer = new ScriptLinePrinter(context, {
      setReading: isReading => this.#socket?.setReading(isReading),
    })
  }

  /** Rejects with `ServerUnreachableError`. */
  async open(server: string, trace: Trace | undefined): Promise<void> {
    const route = await openServerRoute(server, this.#context.env)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const handlers = {
      onOpen: resolve,
      onFrame: (frame: string) => this.#receive(frame),
      onClose: (code: number, _reason: string, error: Error | undefined) => {
        this.#code = code
        this.#closed.abort()
        reject(new ServerUnreachableError(serverUnreachableReason(code, error, route), server))
      },
    }
    const socket = dialServer(server, route, handlers, trace)
    this.#socket = socket
    this.#context.stopped.addEventListener('abort', () => socket.close(), { once: true })
    return promise
  }

  /** Says hello with the token of this server, and waits until the server lets us in. */
  async greet(server: string): Promise<void> {
    const tokenFile = openCommandTokenFile(this.#options, this.#context)
    const token = await tokenFile.read(server)
    let saved = Promise.resolve()
    this.#onWelcome = issued => {
      if (issued !== token) saved = tokenFile.write(server, issued)
    }
    const client = 'gifchat wire'
    do {
      await sleep(this.#helloAgainMs ?? 0, undefined, { signal: this.#over }).catch(() => undefined)
      if (this.#over.aborted) break
      this.#helloAgainMs = undefined
      this.#send(JSON.stringify({ type: 'hello', id: this.#nextId(), client, ...(token && { token }) }))
      await this.#answered()
    } while (this.#helloAgainMs !== undefined)
    await saved
  }

  /** Sends what is typed, line by line, until the input ends. Then waits for the answers. */
  async sendLines(): Promise<void> {
    const { stdin, texts } = this.#context
    try {
      for await (const { text, part, isLast } of scriptInputLines(
        addAbortSignal(this.#over, stdin),
        LONGEST_LINE,
      )) {
        if (part > 0 || (isLast && text.trim() === '')) continue
        const frame = isLast ? wireFrameOfLine(text, () => this.#nextId()) : undefined
        if (frame === undefined) writeCommandNotice(texts.script.wireLine, this.#options, this.#context)
        else this.#send(frame)
        await this.#printer.whenPrinted()
      }
    } catch (error) {
      if (!this.#over.aborted) throw error
    }
    await this.#answered()
  }

  /**
   * Closes unless the server has. Throws `CommandCutOffError` if the close code is not 1000.
   */
  async close(): Promise<ExitCode> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#closed.signal.aborted) resolve()
    else this.#closed.signal.addEventListener('abort', () => resolve(), { once: true })
    this.#socket?.close()
    await promise
    const code = this.#code ?? CLOSE_CODES.abnormal.code
    const name = Object.entries(CLOSE_CODES).find(([, known]) => known.code === code)?.[0] ?? '?'
    await this.#printer.whenPrinted()
    // Also after a signal, which ends the printer.
    this.#context.stdout.write(this.#lineOf('×', { code, name }, `${code} ${name}`))
    if (code !== CLOSE_CODES.normal.code)
      throw new CommandCutOffError(this.#context.texts.script.wireClosed(code, name))
    return EXIT_CODES.done
  }

  #send(frame: string): void {
    this.#pending.add(fieldOf(parsed(frame), 'id') ?? '')
    this.#printFrame('→', frame)
    this.#socket?.send(frame)
  }

  #receive(frame: string): void {
    this.#printFrame('←', frame)
    const value = parsed(frame)
    const token = fieldOf(value, 'token')
    if (fieldOf(value, 'type') === 'welcome' && token !== undefined) this.#onWelcome?.(token)
    const decoded = decodeServerMessage(frame)
    if (decoded.kind === 'message' && decoded.message.type === 'error')
      this.#helloAgainMs = greetingRetryMs(decoded.message)
    const id = fieldOf(value, 'id')
    if (id !== undefined && this.#pending.delete(id) && this.#pending.size === 0) this.#onAnswer()
  }

  /**
   * Resolves when every request is answered, when the connection is over, or after `ANSWER_MS`.
   */
  async #answered(): Promise<void> {
    if (this.#pending.size === 0 || this.#over.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ANSWER_MS)
    this.#onAnswer = resolve
    this.#over.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
  }

  #nextId(): string {
    this.#sent += 1
    return String(this.#sent)
  }

  #printFrame(arrow: '→' | '←', frame: string): void {
    const value = parsed(frame)
    if (value === undefined) {
      this.#printer.printLine(this.#lineOf(arrow, { frame }, terminalSafeText(frame)))
      return
    }
    const isHidden = this.#options.hello !== false && fieldOf(value, 'token') !== undefined
    const shown = isHidden && typeof value === 'object' ? { ...value, token: '***' } : value
    const line = printableJson(shown)
    const text = line.length > SHORT_FRAME ? printableJson(shown, 2) : line
    this.#printer.printLine(
      this.#lineOf(arrow, { frame: shown }, terminalSafeText(text, { multiline: true })),
    )
  }

  #lineOf(arrow: '→' | '←' | '×', fields: object, text: string): string {
    const at = new Date()
    return this.#options.json
      ? printableJsonLine({ at: at.getTime(), direction: DIRECTIONS[arrow], ...fields })
      : `${at.toISOString().slice(11, -1)} ${arrow} ${text}\n`
  }
}

const DIRECTIONS = { '→': 'out', '←': 'in', '×': 'closed' } as const

function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame)
  } catch {
    return undefined
  }
}

/** A field of an object; undefined if it is not a text. */
function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const field = Object.entries(value).find(([key]) => key === name)?.[1]
  return typeof field === 'string' ? field : undefined
}
