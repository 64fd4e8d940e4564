import stringWidth from 'string-width'
import { PLACEHOLDER, readPlaceholder } from './placeholder.ts'

/** Cells of one row of a picture, side by side on one row of the screen. */
export interface PictureSpan {
  readonly column: number
  readonly length: number
  /** The picture's id. */
  readonly picture: number
  /** The row of the picture, and the first of its columns that the span shows. */
  readonly pictureRow: number
  readonly pictureColumn: number
  /** The SGR code of the background behind the picture. */
  readonly background: string
}

/** A picture's id, which is the only 24-bit colour where the text has fewer. */
const ID_COLOR = /(?<=^|;)38;2;\d+;\d+;\d+(?:;|$)/

/** Moves to the start of a span and sets its background. */
export const moveToSpanSequence = (
  row: number,
  { column, background }: Pick<PictureSpan, 'column' | 'background'>,
): string => `\x1b[${row + 1};${column + 1}H\x1b[${background}m`

// A control sequence, an operating system command, a short escape, a line break, cells of pictures,
// or text (ECMA-48 §5.4).
const TOKEN = new RegExp(
  String.raw`\x1b\[(?<mode>[?>=<]?)(?<parameters>[\d;]*)[ -/]*(?<final>[@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?|(?<break>[\n\r])|(?<cells>(?:${PLACEHOLDER}\p{M}{2})+)|(?<text>[^\x1b\n\r${PLACEHOLDER}]+)|${PLACEHOLDER}`,
  'gu',
)

/**
 * Knows which cells of the screen belong to a picture, by following the cursor through what Ink
 * writes. It understands what Ink 8 uses: relative and absolute moves, line breaks that scroll at
 * the bottom, and erasing.
 */
export class DrawnPictureTracker {
  readonly #size: () => { readonly rows: number; readonly columns: number }
  readonly #hasIds: boolean
  #rows: PictureSpan[][] = []
  #row = 0
  #column = 0
  /** Text printed after `#column`. Measuring is slow, so it waits until the column is needed. */
  #unmeasured = ''
  #foreground: number | undefined
  #background = '49'

  /**
   * Without `hasIds`, the ids of pictures are taken out: a terminal of 256 or 16 colours would take
   * them for other colours, or for attributes.
   */
  constructor(size: () => { readonly rows: number; readonly columns: number }, hasIds = true) {
    this.#size = size
    this.#hasIds = hasIds
  }

  /** The parts of pictures that are on the screen, with their rows. */
  *spans(): Generator<readonly [row: number, span: PictureSpan]> {
    const { rows, columns } = this.#size()
    for (const [row, spans] of this.#rows.slice(0, rows).entries()) {
      for (const span of spans) {
        if (span.column < columns)
          yield [row, { ...span, length: Math.min(span.length, columns - span.column) }]
      }
    }
  }

  /**
   * Follows what is about to be written. Returns it with each span replaced by what `draw` makes.
   */
  trackOutput(output: string, draw: (span: PictureSpan) => string): string {
    let written = ''
    for (const { 0: token, groups = {} } of output.matchAll(TOKEN)) {
      if (groups.cells !== undefined) {
        for (const span of this.#spansOf(groups.cells)) written += draw(span)
        continue
      }
      if (groups.text !== undefined) this.#print(token)
      else if (groups.break !== undefined) this.#break(token)
      else if (groups.final !== undefined) this.#control(groups.mode, groups.parameters ?? '', groups.final)
      else if (token === PLACEHOLDER) continue
      written += this.#hasIds || groups.final !== 'm' ? token : withoutId(groups.parameters ?? '')
      // Some terminals enter the alternate screen with the cursor anywhere, and Ink draws from
      // there.
      if (token === '\x1b[?1049h') written += '\x1b[H'
    }
    return written
  }

  #spansOf(text: string): readonly PictureSpan[] {
    const start = this.#cursorColumn()
    const cells = text.split(PLACEHOLDER).slice(1)
    this.#column += cells.length
    this.#erase(this.#row, start, this.#column)
    const picture = this.#foreground
    if (picture === undefined) return []
    const spans: PictureSpan[] = []
    for (const [index, marks] of cells.entries()) {
      const { row: pictureRow, column: pictureColumn } = readPlaceholder(marks)
      const last = spans.at(-1)
      if (last?.pictureRow === pictureRow && last.pictureColumn + last.length === pictureColumn) {
        spans[spans.length - 1] = { ...last, length: last.length + 1 }
      } else {
        const background = this.#background
        spans.push({ column: start + index, length: 1, picture, pictureRow, pictureColumn, background })
      }
    }
    this.#spansAt(this.#row).push(...spans)
    return spans
  }

  #print(text: string): void {
    if (this.#spansAt(this.#row).length === 0) {
      this.#unmeasured += text
      return
    }
    const from = this.#cursorColumn()
    this.#unmeasured = text
    this.#erase(this.#row, from, this.#cursorColumn())
  }

  #break(character: string): void {
    this.#goTo(this.#row, 0)
    if (character === '\r') return
    if (this.#row < this.#size().rows - 1) this.#row++
    else this.#rows.shift()
  }

  #control(mode: string | undefined, parameters: string, final: string): void {
    if (mode !== '') {
      if (mode === '?' && parameters === '1049') this.#clear()
      return
    }
    const [first = 0, second = 0] = parameters.split(';').map(Number)
    const count = Math.max(1, first)
    if (final === 'A') this.#goTo(this.#row - count, this.#cursorColumn())
    else if (final === 'B') this.#goTo(this.#row + count, this.#cursorColumn())
    else if (final === 'C') this.#goTo(this.#row, this.#cursorColumn() + count)
    else if (final === 'D') this.#goTo(this.#row, this.#cursorColumn() - count)
    else if (final === 'E') this.#goTo(this.#row + count, 0)
    else if (final === 'F') this.#goTo(this.#row - count, 0)
    else if (final === 'G') this.#goTo(this.#row, count - 1)
    else if (final === 'H') this.#goTo(count - 1, Math.max(1, second) - 1)
    else if (final === 'J') this.#eraseScreen(first)
    else if (final === 'K') this.#eraseLine(first)
    else if (final === 'm') this.#style(parameters)
  }

  #cursorColumn(): number {
    if (this.#unmeasured !== '') {
      this.#column += stringWidth(this.#unmeasured)
      this.#unmeasured = ''
    }
    return this.#column
  }

  #goTo(row: number, column: number): void {
    const { rows, columns } = this.#size()
    this.#row = Math.min(Math.max(0, row), rows - 1)
    this.#column = Math.min(Math.max(0, column), columns - 1)
    this.#unmeasured = ''
  }

  #eraseScreen(how: number): void {
    if (how === 0) {
      this.#eraseLine(0)
      this.#rows.length = Math.min(this.#rows.length, this.#row + 1)
    } else if (how === 1) {
      this.#eraseLine(1)
      for (let row = 0; row < this.#row; row++) this.#rows[row] = []
    } else if (how === 2) {
      this.#rows = []
    }
  }

  #eraseLine(how: number): void {
    const from = how === 0 ? this.#cursorColumn() : 0
    const to = how === 1 ? this.#cursorColumn() + 1 : Number.POSITIVE_INFINITY
    this.#erase(this.#row, from, to)
  }

  #clear(): void {
    this.#rows = []
    this.#goTo(0, 0)
  }

  #spansAt(row: number): PictureSpan[] {
    while (this.#rows.length <= row) this.#rows.push([])
    return this.#rows[row] ?? []
  }

  /** Forgets picture cells from the column `from` up to, but without, `to`. */
  #erase(row: number, from: number, to: number): void {
    const spans = this.#rows[row]
    if (spans === undefined || spans.length === 0) return
    this.#rows[row] = spans.flatMap(span => {
      const end = span.column + span.length
      if (end <= from || span.column >= to) return [span]
      const left = span.column < from ? [{ ...span, length: from - span.column }] : []
      const skipped = to - span.column
      const right =
        end > to
          ? [{ ...span, column: to, length: end - to, pictureColumn: span.pictureColumn + skipped }]
          : []
      return [...left, ...right]
    })
  }

  #style(parameters: string): void {
    const codes = parameters.split(';').map(Number)
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index] ?? 0
      if (code === 38 || code === 48) {
        const color = codes.slice(index, index + (codes[index + 1] === 2 ? 5 : 3))
        index += color.length - 1
        const [, , red = 0, green = 0, blue = 0] = color
        if (code === 48) this.#background = color.join(';')
        else this.#foreground = color.length === 5 ? (red << 16) | (green << 8) | blue : undefined
      } else {
        if (code === 0 || (code >= 30 && code <= 39) || (code >= 90 && code <= 97))
          this.#foreground = undefined
        if (code === 0) this.#background = '49'
        if ((code >= 40 && code <= 49) || (code >= 100 && code <= 107)) this.#background = String(code)
      }
    }
  }
}

function withoutId(parameters: string): string {
  const others = parameters.replace(ID_COLOR, '').replace(/;$/, '')
  return others === '' && parameters !== '' ? '' : `\x1b[${others}m`
}
