import { Buffer } from 'node:buffer'
import xterm from '@xterm/headless'

// The addon reads a table from a pooled Buffer and ignores its byteOffset. Without a pool the
// offset is 0; with one, the widths of emoji are wrong.
const poolSize = Buffer.poolSize
Buffer.poolSize = 0
const { UnicodeGraphemesAddon } = await import('@xterm/addon-unicode-graphemes')
Buffer.poolSize = poolSize

export interface ScreenCell {
  /** Empty in the second half of a wide character. */
  readonly text: string
  /** 0, 1 or 2. */
  readonly width: number
  /** `#RRGGBB` where the program set one, else undefined. */
  readonly foreground: string | undefined
  readonly background: string | undefined
  readonly isBold: boolean
  readonly isDim: boolean
  readonly isInverse: boolean
}

/** The screen of a terminal. `write` resolves when everything has been parsed. */
export class TerminalScreen {
  readonly #terminal: xterm.Terminal
  readonly #watchers = new Set<() => void>()
  #end: string | undefined
  #isCursorShown = true
  #title = ''
  #clipboard = ''
  #bells = 0
  /** The flags of kitty's keyboard protocol that programs pushed, by screen. */
  readonly #keyboard = { normal: [] as number[], alternate: [] as number[] }

  /** `#RRGGBB`, if it answers what its background is. */
  readonly background: string | undefined

  constructor(columns: number, rows: number, background?: string) {
    this.background = background
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 })
    this.#terminal.loadAddon(new UnicodeGraphemesAddon())
    this.#terminal.unicode.activeVersion = '15-graphemes'
    // It answers the query for its background only if it was given one (xterm ctlseqs, OSC 11).
    this.#terminal.parser.registerOscHandler(11, question => {
      if (question !== '?' || background === undefined) return false
      const channels = background.slice(1).match(/../g) ?? []
      this.#terminal.input(`\x1b]11;rgb:${channels.join('/')}\x1b\\`, false)
      return true
    })
    this.#terminal.parser.registerOscHandler(52, data => {
      this.#clipboard = Buffer.from(data.replace(/^c;/, ''), 'base64').toString()
      return true
    })
    this.#terminal.onTitleChange(title => {
      this.#title = title
    })
    this.#terminal.onBell(() => this.#bells++)
    for (const final of ['h', 'l']) {
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final }, parameters => {
        if (parameters.includes(25)) this.#isCursorShown = final === 'h'
        return false
      })
    }
  }

  /** From now on it answers the query for its cell size (xterm ctlseqs, XTWINOPS 16). */
  tellCellSize(size: { readonly width: number; readonly height: number }): void {
    // Otherwise xterm.js does not pass the question on.
    this.#terminal.options.windowOptions = { getCellSizePixels: true }
    this.#terminal.parser.registerCsiHandler({ final: 't' }, ([question]) => {
      if (question === 16) this.#terminal.input(`\x1b[6;${size.height};${size.width}t`, false)
      return question === 16
    })
  }

  /** From now on there is one screen only, as in GNU screen without `altscreen`. */
  loseAlternateScreen(): void {
    for (const final of ['h', 'l'])
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final }, ([mode]) => mode === 1049)
  }

  /** From now on it does not answer which modes it knows. */
  keepModesSecret(): void {
    this.#terminal.parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, () => true)
  }

  /** From now on it answers as if it knew kitty's keyboard protocol. Typed keys are unchanged. */
  knowKeyboardProtocol(): void {
    const { parser } = this.#terminal
    const stack = () => this.#keyboard[this.#terminal.buffer.active.type]
    parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => {
      this.#terminal.input(`\x1b[?${stack().at(-1) ?? 0}u`, false)
      return true
    })
    parser.registerCsiHandler({ prefix: '>', final: 'u' }, ([flags]) => stack().push(Number(flags)) > 0)
    parser.registerCsiHandler({ prefix: '<', final: 'u' }, () => stack().pop() !== undefined)
  }

  /** The current keyboard flags, by screen. */
  get keyboardFlags(): { readonly normal: readonly number[]; readonly alternate: readonly number[] } {
    return this.#keyboard
  }

  write(output: string): Promise<void> {
    return new Promise(resolve =>
      this.#terminal.write(output, () => {
        for (const look of [...this.#watchers]) look()
        resolve()
      }),
    )
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
  }

  /** Passes on the answers to questions in the output. */
  onReply(listener: (reply: string) => void): void {
    this.#terminal.onData(listener)
  }

  /** False during a synchronized update, when the screen shows half a frame. */
  get isWhole(): boolean {
    return !this.#terminal.modes.synchronizedOutputMode
  }

  get isReady(): boolean {
    return this.#terminal.modes.bracketedPasteMode
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  get columns(): number {
    return this.#terminal.cols
  }

  get rows(): number {
    return this.#terminal.rows
  }

  get isCursorShown(): boolean {
    return this.#isCursorShown
  }

  /** The title of the window. */
  get title(): string {
    return this.#title
  }

  /** The texts that programs put on the clipboard. */
  get clipboard(): string {
    return this.#clipboard
  }

  /** How often the bell rang. */
  get bells(): number {
    return this.#bells
  }

  /** Whether reports of the mouse and of the focus are on. */
  get reports(): { readonly mouse: boolean; readonly focus: boolean } {
    const { mouseTrackingMode, sendFocusMode } = this.#terminal.modes
    return { mouse: mouseTrackingMode !== 'none', focus: sendFocusMode }
  }

  /** The target of the link under a cell. */
  link(x: number, y: number): { readonly id?: string; readonly uri: string } | undefined {
    const { active } = this.#terminal.buffer
    // xterm.js does not export its links (OSC 8).
    const cell = active.getLine(active.baseY + y)?.getCell(x) as unknown as { extended: { urlId: number } }
    const { _core } = this.#terminal as unknown as {
      _core: { _oscLinkService: { getLinkData(id: number): { id?: string; uri: string } | undefined } }
    }
    return _core._oscLinkService.getLinkData(cell.extended.urlId)
  }

  /** Counted from 0 at the top left. */
  get cursor(): { readonly x: number; readonly y: number } {
    const { cursorX, cursorY } = this.#terminal.buffer.active
    return { x: cursorX, y: cursorY }
  }

  /** The lines from the top of the scrollback to the cursor; wrapped rows are joined. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer
    const lines: string[] = []
    for (let row = 0; row <= active.baseY + active.cursorY; row++) {
      const line = active.getLine(row)
      const text = line?.translateToString(true) ?? ''
      if (line?.isWrapped) lines.push((lines.pop() ?? '') + text)
      else lines.push(text)
    }
    return lines.filter(line => line !== '')
  }

  /** The rows of the screen, without the spaces at their ends. */
  text(): readonly string[] {
    const { active } = this.#terminal.buffer
    return Array.from({ length: this.rows }, (_, row) =>
      // A line keeps the cells of a wider window, which are not shown any more.
      (active.getLine(active.baseY + row)?.translateToString(true, 0, this.columns) ?? '').trimEnd(),
    )
  }

  cell(x: number, y: number): ScreenCell {
    const { active } = this.#terminal.buffer
    const cell = active.getLine(active.baseY + y)?.getCell(x)
    if (cell === undefined) throw new RangeError(`no cell ${x},${y}`)
    return {
      text: cell.getChars(),
      width: cell.getWidth(),
      foreground: colorOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
      background: colorOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
      isInverse: cell.isInverse() !== 0,
    }
  }

  /** The first cell of `text`; throws when it is not on the screen. */
  cellOf(text: string): ScreenCell {
    const { x, y } = this.find(text)
    return this.cell(x, y)
  }

  /** Where `text` begins on the screen. */
  find(text: string): { readonly x: number; readonly y: number } {
    const y = this.text().findIndex(row => row.includes(text))
    if (y === -1) throw new Error(`"${text}" is not on the screen:\n${this.text().join('\n')}`)
    const before = (this.text()[y] ?? '').indexOf(text)
    let x = 0
    for (let length = 0; x < this.columns && length < before; x++)
      length += this.cell(x, y).text.length || (this.cell(x, y).width === 0 ? 0 : 1)
    while (this.cell(x, y).width === 0) x++
    return { x, y }
  }

  /** Resolves as soon as `holds` is true of a whole frame; asks after each piece of output. */
  async waitFor(holds: string | ((screen: TerminalScreen) => boolean), limitMs = 20_000): Promise<void> {
    const test = typeof holds === 'string' ? () => this.text().join('\n').includes(holds) : holds
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const fail = (why: string) =>
      reject(new Error(`${why} before the screen showed ${holds}; it shows:\n${this.text().join('\n')}`))
    const look = () => {
      if (this.isWhole && test(this)) resolve()
      else if (this.#end !== undefined) fail(this.#end)
    }
    const limit = setTimeout(() => fail(`${limitMs} ms went by`), limitMs)
    this.#watchers.add(look)
    look()
    await promise.finally(() => {
      clearTimeout(limit)
      this.#watchers.delete(look)
    })
  }

  /** No output will follow: rejects for whoever still waits. */
  end(why: string): void {
    this.#end = why
    for (const look of [...this.#watchers]) look()
  }
}

/** xterm's 16 colours, then its cube and its greys. */
const SIXTEEN =
  '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff'.split(
    ' ',
  )

function colorOf(isRgb: boolean, isPalette: boolean, color: number): string | undefined {
  if (isRgb) return `#${color.toString(16).padStart(6, '0').toUpperCase()}`
  return isPalette ? `#${paletteColor(color).toUpperCase()}` : undefined
}

function paletteColor(index: number): string {
  const hex = (value: number) => value.toString(16).padStart(2, '0')
  if (index < 16) return SIXTEEN[index] ?? '000000'
  if (index >= 232) return hex(8 + (index - 232) * 10).repeat(3)
  const step = (value: number) => (value === 0 ? 0 : 55 + value * 40)
  const cube = index - 16
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(value => hex(step(value))).join('')
}
