import { type Grapheme, graphemesOf } from './screen-width.ts'

/** Scripts without spaces between words: a row may end after each character. Hangul has spaces and breaks at them. */
const BREAKS_ANYWHERE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

/** Where a text breaks into rows of at most `columns` cells: at spaces, else inside a word; at every newline. Each row has no newline. */
export function wrapText(text: string, columns: number): readonly string[] {
  const rows: string[] = []
  for (const line of text.split('\n')) wrapLine(graphemesOf(line), Math.max(2, columns), rows)
  return rows
}

const MOST_NOTICE_ROWS = 3

/** A sentence in as many rows as it needs, but no more than `most`. */
export const wrapNotice = (notice: string, columns: number, most = MOST_NOTICE_ROWS): readonly string[] =>
  wrapText(notice, columns - 2).slice(0, most)

function wrapLine(line: readonly Grapheme[], columns: number, rows: string[]): void {
  let start = 0
  let width = 0
  /** Just after the last place a row may end well, and 0 when there is none. */
  let breakAfter = 0
  for (let index = 0; index < line.length; index++) {
    const grapheme = line[index]
    if (grapheme === undefined) break
    // Twice where what is carried over from a good place to break leaves no room either.
    while (
      index > start &&
      width + grapheme.width > columns &&
      !(grapheme.text === ' ' && width >= columns)
    ) {
      const end = breakAfter > start ? breakAfter : index
      rows.push(join(line, start, end).trimEnd())
      start = end
      width = widthBetween(line, start, index)
    }
    width += grapheme.width
    if (grapheme.text === ' ' || (grapheme.width === 2 && BREAKS_ANYWHERE.test(grapheme.text)))
      breakAfter = index + 1
  }
  rows.push(join(line, start, line.length).trimEnd())
}

const join = (line: readonly Grapheme[], start: number, end: number): string => {
  let text = ''
  for (let index = start; index < end; index++) text += line[index]?.text ?? ''
  return text
}

const widthBetween = (line: readonly Grapheme[], start: number, end: number): number => {
  let width = 0
  for (let index = start; index < end; index++) width += line[index]?.width ?? 0
  return width
}
