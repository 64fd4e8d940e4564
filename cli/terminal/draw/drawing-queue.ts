import type { PictureSpan } from './drawn-picture-tracker.ts'
import type { TerminalPace } from './terminal-pace.ts'

/** What is drawn over a span of a picture, at a row of the screen. It sets the cursor itself. */
export interface DrawingPiece {
  readonly row: number
  readonly span: PictureSpan
  readonly text: string
}

type SeenSpans = Iterable<readonly [row: number, span: PictureSpan]>

const nameOf = ({ picture, pictureRow, pictureColumn, column, length }: PictureSpan): string =>
  `${picture} ${pictureRow} ${pictureColumn} ${column} ${length}`

/**
 * Lets pieces of drawings wait, so that no write takes a slow connection for long and the echo of a
 * key comes in between. Without a pace, nothing waits.
 */
export class DrawingQueue {
  readonly #pace: TerminalPace | undefined
  #waiting: DrawingPiece[] = []
  /** Spans that Ink has printed, for which there are blanks so far. */
  readonly #owed = new Set<string>()
  #printedBytes = 0

  constructor(pace: TerminalPace | undefined) {
    this.#pace = pace
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0 || this.#owed.size > 0
  }

  /** What is printed for a span within a write of Ink: its drawing, or blanks if it has to wait. */
  printSpan(span: PictureSpan, drawing: string): string {
    if (this.#pace !== undefined && this.#printedBytes + drawing.length > this.#pace.mostBytes) {
      this.#owed.add(nameOf(span))
      return ' '.repeat(span.length)
    }
    this.#owed.delete(nameOf(span))
    this.#printedBytes += drawing.length
    return drawing
  }

  /** The write of Ink has ended. Returns how many bytes of pictures it had. */
  endPrinting(): number {
    const bytes = this.#printedBytes
    this.#printedBytes = 0
    return bytes
  }

  addPieces(pieces: readonly DrawingPiece[]): void {
    this.#waiting.push(...pieces)
  }

  /** Adds what is owed and still on the screen. */
  addOwed(spans: SeenSpans, draw: (row: number, span: PictureSpan) => string): void {
    if (this.#owed.size === 0) return
    for (const [row, span] of spans)
      if (this.#owed.has(nameOf(span))) this.#waiting.push({ row, span, text: draw(row, span) })
    this.#owed.clear()
  }

  /** The pieces that may be written now. Those whose place is no longer there are dropped. */
  takeDrawing(spans: SeenSpans): string {
    const seen = new Set(Array.from(spans, ([row, span]) => `${row} ${nameOf(span)}`))
    const most = this.#pace?.mostBytes ?? Number.POSITIVE_INFINITY
    let drawing = ''
    let taken = 0
    for (const { row, span, text } of this.#waiting) {
      const isThere = seen.has(`${row} ${nameOf(span)}`)
      if (isThere && drawing !== '' && drawing.length + text.length > most) break
      if (isThere) drawing += text
      taken++
    }
    this.#waiting = this.#waiting.slice(taken)
    return drawing
  }
}
