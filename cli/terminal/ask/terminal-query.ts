import { EMOJI_KIND_NAMES, EMOJI_KINDS, type EmojiKind } from './emoji-kinds.ts'
import {
  canPassPlaceholders,
  canShowPlaceholders,
  isTerminalMultiplexer,
  SIXEL_ATTRIBUTE,
} from './graphics.ts'
import type { TerminalInput } from './terminal-input.ts'
import type { TerminalReply } from './terminal-reply.ts'
import { type CellSize, SILENT_REPORT, type TerminalReport } from './terminal-report.ts'
import { askTmux, type OuterTerminal } from './tmux-client.ts'

export interface TerminalQuery {
  readonly input: Pick<TerminalInput, 'subscribe'>
  readonly output: { readonly columns: number; readonly rows: number; write(text: string): unknown }
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly timeoutMs?: number
  /** Asks tmux about the terminal around it. */
  readonly askTmux?: typeof askTmux
}

const TIMEOUT_MS = 1_000

/**
 * The last question. Every terminal answers it, so no answer to an earlier one follows (ECMA-48,
 * DA).
 */
const SENTINEL = '\x1b[c'

const IS_KITTY = '\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\'
const WHO_IT_IS = '\x1b[>q'
const CELL_SIZE = '\x1b[16t\x1b[14t'
const HOW_IT_DRAWS = '\x1b[?2026$p\x1b[?2004$p\x1b]11;?\x1b\\'
/**
 * Prints an emoji of each kind at the start of a line, and asks where the cursor is then (`6n`),
 * which tells its width.
 */
const HOW_WIDE = Object.values(EMOJI_KINDS)
  .map(emoji => `\r${emoji}\x1b[6n`)
  .join('')
/**
 * Questions that some terminals print leave no trace: they are hidden (`8m`), the line is erased,
 * and the cursor goes back. urxvt, QTerminal and zutty print what stands between `_G` and its end,
 * and QTerminal prints the `p` of `$p`. zutty takes the `u` of kitty's key protocol for a move.
 */
const withoutTrace = (questions: string): string => `\x1b7\x1b[8m${questions}\r\x1b[K\x1b[?u\x1b8\x1b[K`
const CAN_ANIMATE =
  '\x1b_Ga=t,i=31,s=1,v=1,t=d,f=24,q=1;AAAA\x1b\\\x1b_Ga=f,i=31,s=1,v=1,f=24,z=100;AAAA\x1b\\\x1b_Ga=d,d=I,i=31,q=2\x1b\\'
/** Asks for a sixel picture's area now, which is the window's, and at most (XTSMGRAPHICS). */
const SIXEL_AREA = '\x1b[?2;1;0S\x1b[?2;4;0S'

/**
 * Asks the terminal what it is and what it can do, for a second at most. A second write follows
 * where a question depends on the first answers. Raw mode has to be on.
 */
export async function askTerminal(query: TerminalQuery): Promise<TerminalReport> {
  const { environment } = query
  if (!canAskTerminal(environment)) return SILENT_REPORT
  using conversation = new Conversation(query)
  const startedAt = performance.now()
  const outer = environment.TMUX === undefined ? undefined : await (query.askTmux ?? askTmux)(environment)
  const isKitty = isTerminalMultiplexer(environment) ? '' : IS_KITTY
  let isWhole = await conversation.ask(
    withoutTrace(isKitty + WHO_IT_IS + CELL_SIZE + HOW_IT_DRAWS + HOW_WIDE),
  )
  const first = conversation.report()
  if (isWhole && outer !== undefined && canPassPlaceholders(outer)) await conversation.askOuter(outer)
  else if (isWhole && canShowPlaceholders(first)) isWhole = await conversation.ask(CAN_ANIMATE)
  else if (isWhole && tellsArea(first)) isWhole = await conversation.ask(SIXEL_AREA)
  const answeredAfterMs = isWhole ? Math.round(performance.now() - startedAt) : undefined
  return { ...conversation.report(), answeredAfterMs }
}

/** The present size of a cell; undefined where the terminal does not tell. */
export async function askCellSize(query: TerminalQuery): Promise<CellSize | undefined> {
  using conversation = new Conversation(query)
  const isWhole = await conversation.ask(CELL_SIZE)
  if (isWhole && tellsArea(conversation.report())) await conversation.ask(SIXEL_AREA)
  return conversation.report().cell
}

/** Whether the size of a cell can only be worked out from the area of sixels. */
const tellsArea = ({ attributes, cell }: TerminalReport): boolean =>
  cell === undefined && attributes.includes(SIXEL_ATTRIBUTE)

/** For the terminal around tmux, which drops it unless `allow-passthrough` is on. */
const passedOn = (question: string): string => `\x1bPtmux;${question.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`

/** Asks questions and collects the answers until the time is up. */
class Conversation {
  readonly #query: TerminalQuery
  readonly #replies: TerminalReply[] = []
  readonly #timeout = Promise.withResolvers<boolean>()
  readonly #timer: NodeJS.Timeout
  readonly #unsubscribe: () => void
  /** The terminal around tmux, once it has answered. */
  #outer: OuterTerminal | undefined
  #onSentinel = () => {}
  #onKitty = () => {}

  constructor(query: TerminalQuery) {
    this.#query = query
    this.#unsubscribe = query.input.subscribe(signal => {
      if (signal.type !== 'reply') return
      this.#replies.push(signal.reply)
      if (signal.reply.type === 'attributes') this.#onSentinel()
      else if (signal.reply.type === 'kitty') this.#onKitty()
    })
    this.#timer = setTimeout(() => this.#timeout.resolve(false), query.timeoutMs ?? TIMEOUT_MS)
  }

  /** Resolves with whether the sentinel was answered in time. */
  ask(questions: string): Promise<boolean> {
    const answered = new Promise<boolean>(resolve => {
      this.#onSentinel = () => resolve(true)
    })
    this.#query.output.write(questions + SENTINEL)
    return Promise.race([answered, this.#timeout.promise])
  }

  /**
   * Asks the terminal around tmux. There is no sentinel: tmux itself answers some questions, and
   * sooner than that terminal does.
   */
  async askOuter(outer: OuterTerminal): Promise<void> {
    const answered = new Promise<boolean>(resolve => {
      let answers = 0
      this.#onKitty = () => ++answers === 2 && resolve(true)
    })
    this.#query.output.write(passedOn(IS_KITTY) + passedOn(CAN_ANIMATE))
    if (await Promise.race([answered, this.#timeout.promise])) this.#outer = outer
  }

  report(): TerminalReport {
    return { ...reportOf(this.#replies, this.#query.output), outer: this.#outer }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#unsubscribe()
  }
}

/** The Linux console prints queries that it does not know. Dumb and VT terminals answer none. */
export const canAskTerminal = ({ TERM = '' }: TerminalQuery['environment']): boolean =>
  !/^(?:linux|dumb|vt\d.*)$/.test(TERM)

function reportOf(
  replies: readonly TerminalReply[],
  size: { readonly columns: number; readonly rows: number },
): Omit<TerminalReport, 'outer'> {
  const found = <Type extends TerminalReply['type']>(type: Type) =>
    replies.filter((reply): reply is Extract<TerminalReply, { type: Type }> => reply.type === type)
  const kitty = found('kitty').filter(({ image }) => image === 31)
  return {
    answeredAfterMs: undefined,
    version: found('version')[0]?.version,
    attributes: found('attributes')[0]?.attributes ?? [],
    hasKittyGraphics: kitty[0]?.isOk === true,
    hasKittyAnimation: kitty.some(({ frame, isOk }) => frame === 2 && isOk),
    cell: cellSize(found('cellSize')[0], found('windowSize')[0], found('sixelArea'), size),
    hasSynchronizedOutput: found('mode').some(({ mode, isKnown }) => mode === 2026 && isKnown),
    hasBracketedPaste: found('mode').some(({ mode, isKnown }) => mode === 2004 && isKnown),
    hasKeyProtocol: found('keys').length > 0,
    misdrawnEmoji: misdrawn(found('cursor'), found('version')[0]?.version),
    background: found('background')[0]?.color,
  }
}

/**
 * Konsole 22.12 moves its cursor by two cells for a joined emoji, but draws the parts side by side,
 * over what follows.
 */
const DRAWS_PARTS = /^Konsole\b/

/** A terminal that did not answer for each kind is trusted to draw all of them well. */
const misdrawn = (
  cursors: readonly { readonly column: number }[],
  version: string | undefined,
): readonly EmojiKind[] =>
  EMOJI_KIND_NAMES.filter(
    (kind, index) =>
      (cursors.length >= EMOJI_KIND_NAMES.length && cursors[index]?.column !== 3) ||
      (kind === 'joined' && DRAWS_PARTS.test(version ?? '')),
  )

/** What the terminal answered, or else the size of the window divided by its cells. */
function cellSize(
  cell: CellSize | undefined,
  window: CellSize | undefined,
  sixelAreas: readonly CellSize[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): CellSize | undefined {
  if (cell !== undefined) return { width: cell.width, height: cell.height }
  const [area, largest] = sixelAreas
  // An area at its upper limit may be smaller than the window.
  const isWhole =
    area !== undefined && largest !== undefined && area.width < largest.width && area.height < largest.height
  const whole = window ?? (isWhole ? area : undefined)
  if (whole === undefined || columns === 0 || rows === 0) return undefined
  const [width, height] = [Math.floor(whole.width / columns), Math.floor(whole.height / rows)]
  return width > 0 && height > 0 ? { width, height } : undefined
}
