import { type Grapheme, graphemesOf, SHOWN_TAB } from './screen-width.ts'

/**
 * Scripts without spaces between words. A row may end after each of their characters. Hangul is not
 * among them, because Korean has spaces.
 */
const BREAKS_ANYWHERE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

/**
 * Wraps a text into rows of at most `columns` cells. It breaks at newlines and spaces, and inside a
 * word only if the word is too long for a row. The spaces at the end of a row are left out.
 */
export function wrapText(text: string, columns: number): readonly string[] {
  const rows: string[] = []
  for (const line of text.split('\n')) {
    const graphemes = graphemesOf(line)
    const starts = wrapGraphemes(graphemes, Math.max(2, columns), Number.POSITIVE_INFINITY)
    for (const [row, start] of starts.entries())
      rows.push(joinGraphemes(graphemes, start, starts[row + 1]).trimEnd())
  }
  return rows
}

const MOST_NOTICE_ROWS = 3

/** Wraps a sentence into at most `most` rows. */
export const wrapSentence = (notice: string, columns: number, most = MOST_NOTICE_ROWS): readonly string[] =>
  wrapText(notice, columns - 2).slice(0, most)

/**
 * The indexes of the graphemes with which the rows of a line begin. A row ends after a space, or
 * where a script has none between its words, and else inside a word. Spaces may stand up to
 * `hanging` cells beyond the last column, so that the next row begins with a word.
 */
export function wrapGraphemes(
  line: readonly Grapheme[],
  columns: number,
  hanging: number,
): readonly number[] {
  const starts = [0]
  let start = 0
  let width = 0
  /** The index after the last good place for a break, or 0 if there is none. */
  let breakAfter = 0
  for (let index = 0; index < line.length; index++) {
    const grapheme = line[index]
    if (grapheme === undefined) break
    const most = grapheme.text === ' ' ? columns + hanging : columns
    // This repeats if the text after the break still leaves no room for the grapheme.
    while (index > start && width + grapheme.width > most) {
      start = breakAfter > start ? breakAfter : index
      starts.push(start)
      width = widthBetween(line, start, index)
    }
    width += grapheme.width
    if (
      grapheme.text === ' ' ||
      grapheme.text === SHOWN_TAB ||
      (grapheme.width === 2 && BREAKS_ANYWHERE.test(grapheme.text))
    )
      breakAfter = index + 1
  }
  return starts
}

/** The text of the graphemes from index `start` up to, but not including, index `end`. */
export function joinGraphemes(line: readonly Grapheme[], start: number, end = line.length): string {
  let text = ''
  for (let index = start; index < end; index++) text += line[index]?.text ?? ''
  return text
}

const widthBetween = (line: readonly Grapheme[], start: number, end: number): number => {
  let width = 0
  for (let index = start; index < end; index++) width += line[index]?.width ?? 0
  return width
}
