import { Writable } from 'node:stream'
import xterm from '@xterm/headless'

/**
 * A cell's upper and lower colour: `0xRRGGBB`, a number in the palette, or `undefined` for the
 * terminal's background.
 */
export interface HalfCells {
  readonly upper: number | undefined
  readonly lower: number | undefined
}

/** A terminal in memory with a standard output that writes to it. */
export class TerminalScreen {
  readonly stdout: NodeJS.WriteStream
  /** Everything that was written. */
  readonly written: string[] = []
  /** Called after each write has been parsed. */
  onWrite: () => void = () => {}
  readonly #waiting: (() => void)[] = []
  readonly #terminal: InstanceType<typeof xterm.Terminal>

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
    const output = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        this.written.push(chunk)
        this.#terminal.write(chunk, () => {
          done()
          if (chunk !== '') this.onWrite()
          for (const resolve of this.#waiting.splice(0)) resolve()
        })
      },
    })
    // Ink and the stage use only these parts of a terminal's stream.
    this.stdout = Object.assign(output, { columns, rows, isTTY: true }) as unknown as NodeJS.WriteStream
  }

  /** Resolves when everything written so far has been parsed. */
  settle(): Promise<void> {
    return new Promise(resolve => this.stdout.write('', () => resolve()))
  }

  /** Resolves when `isShown` is true, which is asked after each write. */
  async until(isShown: () => boolean): Promise<void> {
    while (!isShown()) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
    Object.assign(this.stdout, { columns, rows })
    this.stdout.emit('resize')
  }

  get cursor(): { readonly x: number; readonly y: number } {
    return { x: this.#terminal.buffer.active.cursorX, y: this.#terminal.buffer.active.cursorY }
  }

  /** A row as text, without the empty cells at its end. */
  text(row: number): string {
    return this.#terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd() ?? ''
  }

  /** The two colours of a cell that shows half blocks. */
  halves(row: number, column: number): HalfCells {
    const cell = this.#terminal.buffer.active.getLine(row)?.getCell(column)
    const back = cell === undefined || cell.isBgDefault() ? undefined : cell.getBgColor()
    const fore = cell === undefined || cell.isFgDefault() ? undefined : cell.getFgColor()
    switch (cell?.getChars()) {
      case '▀':
        return { upper: fore, lower: back }
      case '▄':
        return { upper: back, lower: fore }
      default:
        return { upper: back, lower: back }
    }
  }

  /** A cell's text colour as `0xRRGGBB`; 0 for the terminal's default. */
  foreground(row: number, column: number): number {
    const cell = this.#terminal.buffer.active.getLine(row)?.getCell(column)
    return cell?.isFgRGB() ? cell.getFgColor() : 0
  }

  /** A cell's text, with its marks. */
  characters(row: number, column: number): string {
    return this.#terminal.buffer.active.getLine(row)?.getCell(column)?.getChars() ?? ''
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose()
  }
}
