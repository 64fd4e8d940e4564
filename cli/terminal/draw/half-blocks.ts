import type { PictureDepth } from '../ask/color-depth.ts'
import { type CellColor, colorCode, TRANSPARENT } from '../color/colors.ts'

/** A frame in colours of the terminal: two rows of `columns` colours for each row of cells. */
export interface CellFrame {
  readonly columns: number
  readonly colors: Int32Array
}

/**
 * Writes cells as half blocks, each with an upper and a lower colour. A colour is written only when
 * it differs from the cell before. Transparent halves show `behind`, an SGR code.
 */
export class HalfBlockWriter {
  readonly #level: PictureDepth
  readonly #behind: string
  #fore: CellColor | undefined
  #back: CellColor | undefined
  #text = ''

  constructor(level: PictureDepth, behind: string) {
    this.#level = level
    this.#behind = behind
  }

  addCell(upper: CellColor, lower: CellColor): void {
    if (upper === lower) {
      this.#text += `${this.#style(undefined, upper)} `
    } else if (
      upper === TRANSPARENT ||
      (lower !== TRANSPARENT && this.#fore === lower && this.#back === upper)
    ) {
      this.#text += `${this.#style(lower, upper)}▄`
    } else {
      this.#text += `${this.#style(upper, lower)}▀`
    }
  }

  /** Moves to a cell of the screen, counted from 0. */
  moveToCell(row: number, column: number): void {
    this.#text += `\x1b[${row + 1};${column + 1}H`
  }

  /** What was written, with the colours reset to what Ink had set. */
  endBlocks(): string {
    return this.#text === '' ? '' : `${this.#text}\x1b[39;${this.#behind}m`
  }

  #style(fore: CellColor | undefined, back: CellColor): string {
    const codes: string[] = []
    if (fore !== undefined && fore !== this.#fore) codes.push(colorCode(fore, this.#level, 'fore'))
    if (back !== this.#back)
      codes.push(back === TRANSPARENT ? this.#behind : colorCode(back, this.#level, 'back'))
    this.#fore = fore ?? this.#fore
    this.#back = back
    return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`
  }
}

/** The upper and lower colour of a cell. Outside the frame both are transparent. */
export function halfBlockCellAt(
  frame: CellFrame,
  row: number,
  column: number,
): readonly [CellColor, CellColor] {
  if (column >= frame.columns) return [TRANSPARENT, TRANSPARENT]
  const upper = row * 2 * frame.columns + column
  return [frame.colors[upper] ?? TRANSPARENT, frame.colors[upper + frame.columns] ?? TRANSPARENT]
}
