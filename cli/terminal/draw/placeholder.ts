// The first part of kitty's table of row and column marks. They are combining marks of class 230
// that no normalisation changes (kitty, docs/graphics-protocol.rst, "Unicode placeholders").
const MARK_RANGES = [
  '0305 030D 030E 0310 0312 033D-033F 0346 034A-034C 0350-0352 0357 035B 0363-036F 0483-0487 0592-0595 0597-0599',
  '059C-05A1 05A8-05A9 05AB-05AC 05AF 05C4 0610-0617 0657-065B 065D-065E 06D6-06DC 06DF-06E2 06E4 06E7-06E8',
]

const MARKS: readonly string[] = MARK_RANGES.join(' ')
  .split(' ')
  .flatMap(range => {
    const [first = 0, last = first] = range.split('-').map(code => Number.parseInt(code, 16))
    return Array.from({ length: last - first + 1 }, (_, offset) => String.fromCodePoint(first + offset))
  })

const INDEX_OF_MARK: ReadonlyMap<string, number> = new Map(MARKS.map((mark, index) => [mark, index]))

/**
 * Kitty's placeholder. With a mark for its row and one for its column it is a cell of a picture.
 */
export const PLACEHOLDER = '\u{10EEEE}'

/** The most columns or rows that a picture can have. */
export const PICTURE_SIDE = MARKS.length

interface PlaceholderCell {
  readonly row: number
  readonly column: number
}

/**
 * A row of a picture as text for Ink: the picture's id as a 24-bit foreground colour, then a cell
 * of width 1 for each column. The escape sequence is written out here, because chalk, which makes
 * Ink's colours, drops 24-bit colours where it finds fewer than 16 million.
 */
export const placeholderRow = (
  picture: { readonly id: number; readonly columns: number },
  row: number,
): string => `${placeholderColor(picture.id)}${placeholderCells(row, 0, picture.columns)}\x1b[39m`

/** Cells of one row of a picture, in the colour that is set. */
export const placeholderCells = (row: number, column: number, length: number): string =>
  MARKS.slice(column, column + length)
    .map(mark => PLACEHOLDER + MARKS[row] + mark)
    .join('')

/** The foreground colour that tells the terminal which image the cells belong to. */
export const placeholderColor = (id: number): string =>
  `\x1b[38;2;${id >> 16};${(id >> 8) & 0xff};${id & 0xff}m`

/** Reads the two marks of a cell. A mark that is not in the table points outside every picture. */
export function readPlaceholder(marks: string): PlaceholderCell {
  const [row = '', column = ''] = marks
  return { row: INDEX_OF_MARK.get(row) ?? PICTURE_SIDE, column: INDEX_OF_MARK.get(column) ?? PICTURE_SIDE }
}
