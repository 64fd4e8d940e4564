import stringWidth from 'string-width'

/** What a reader sees as one character, and the cells that it fills: 1 or 2, and 4 for a tab. */
export interface Grapheme {
  /** A tab is shown as spaces. */
  readonly text: string
  readonly width: number
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/
const IGNORABLE = /^\p{Default_Ignorable_Code_Point}+$/u
const CACHED_GRAPHEMES = 8_192

const ascii: readonly Grapheme[] = Array.from({ length: 127 }, (_, code) => ({
  text: String.fromCharCode(code),
  width: 1,
}))
let cache = new Map<string, Grapheme | undefined>()
let lastBounded: { readonly text: string; readonly boundaries: readonly number[] } = {
  text: '',
  boundaries: [0],
}

/**
 * The graphemes of one line, in order. Invisible ones are left out. A combining mark without a base
 * character gets a space as its base.
 */
export function graphemesOf(line: string): readonly Grapheme[] {
  const graphemes: Grapheme[] = []
  if (!NOT_PRINTABLE_ASCII.test(line)) {
    for (let index = 0; index < line.length; index++) graphemes.push(ascii[line.charCodeAt(index)] ?? space)
    return graphemes
  }
  for (const { segment } of segmenter.segment(line)) {
    const grapheme = graphemeOf(segment)
    if (grapheme !== undefined) graphemes.push(grapheme)
  }
  return graphemes
}

/** The cursor positions in `text`, as UTF-16 indexes: before and after each grapheme. */
export function boundariesOf(text: string): readonly number[] {
  if (text === lastBounded.text) return lastBounded.boundaries
  const boundaries: number[] = []
  for (const { index } of segmenter.segment(text)) boundaries.push(index)
  boundaries.push(text.length)
  // One key press asks for the boundaries of the same text several times.
  lastBounded = { text, boundaries }
  return boundaries
}

/** The number of cells that one line fills on the screen. */
export function screenWidthOf(line: string): number {
  if (!NOT_PRINTABLE_ASCII.test(line)) return line.length
  return graphemesOf(line).reduce((width, grapheme) => width + grapheme.width, 0)
}

/** Cuts one line to `columns` cells. If something was cut, `…` takes the last cell. */
export function truncateToColumns(line: string, columns: number): string {
  if (screenWidthOf(line) <= columns) return line
  if (columns <= 0) return ''
  let width = 0
  let kept = ''
  for (const grapheme of graphemesOf(line)) {
    if (width + grapheme.width > columns - 1) break
    width += grapheme.width
    kept += grapheme.text
  }
  return `${kept}…`
}

/** Cuts one line, or pads its end with spaces, to exactly `columns` cells. */
export function fitToColumns(line: string, columns: number): string {
  const cut = truncateToColumns(line, columns)
  return cut + ' '.repeat(Math.max(0, columns - screenWidthOf(cut)))
}

/** How a tab is shown. Its width does not depend on where it stands. */
export const SHOWN_TAB = '    '

const space: Grapheme = { text: ' ', width: 1 }

/** One grapheme as it is shown, or undefined if it is invisible. */
export function graphemeOf(segment: string): Grapheme | undefined {
  if (segment.length === 1 && !NOT_PRINTABLE_ASCII.test(segment)) return ascii[segment.charCodeAt(0)]
  const known = cache.get(segment)
  if (known !== undefined) return known
  const grapheme = measure(segment)
  if (cache.size >= CACHED_GRAPHEMES) cache = new Map()
  cache.set(segment, grapheme)
  return grapheme
}

function measure(segment: string): Grapheme | undefined {
  if (segment === '\t') return { text: SHOWN_TAB, width: SHOWN_TAB.length }
  if (IGNORABLE.test(segment)) return undefined
  const width = stringWidth(segment)
  if (width > 0) return { text: segment, width }
  return /^\p{M}/u.test(segment) ? { text: ` ${segment}`, width: 1 } : undefined
}
