import { Writable } from 'node:stream'
import xterm from '@xterm/headless'

/** One cell of a picture: its upper and lower colour as `0xRRGGBB` or palette number; `undefined` is the terminal's own background. */
export interface HalfCells {
  readonly upper: number | undefined
  readonly lower: number | undefined
}

/** A terminal in memory, and a standard output that leads there. */
export class TerminalScreen {
  readonly stdout: NodeJS.WriteStream
  /** All that was written, in order. */
  readonly written: string[] = []
  /** Called after each write was taken in. */
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
    // Ink and the stage use of a terminal's stream only what is set here.
    this.stdout = Object.assign(output, { columns, rows, isTTY: true }) as unknown as NodeJS.WriteStream
  }

  /** Resolves when the terminal took in all that was written. */
  settle(): Promise<void> {
    return new Promise(resolve => this.stdout.write('', () => resolve()))
  }

  /** Resolves once the terminal shows what `isShown` looks for; it looks again after every write. */
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

  /** A row as text, without what is empty at its end. */
  text(row: number): string {
    return this.#terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd() ?? ''
  }

  /** What a cell shows, taken for half of a block each. */
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

  /** A cell's text colour as `0xRRGGBB`, 0 where it is the terminal's own. */
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
