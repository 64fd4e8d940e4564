import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { GifPicture } from '../../../../cli/gif/gif-stage.ts'
import type { TerminalSignal } from '../../../../cli/terminal/ask/terminal-input.ts'
import { placeholderRow } from '../../../../cli/terminal/draw/placeholder.ts'
import { TerminalPace } from '../../../../cli/terminal/draw/terminal-pace.ts'
import { ringsGif } from '../../../desktop/rings-gif.ts'
import { ManualClock } from '../../../support/gif-clock.ts'
import { Kitty, noiseGif, type PictureLevel } from '../../../support/kitty-setting.ts'

const READY: TerminalSignal = { type: 'reply', reply: { type: 'ready' } }
const BOX = { columns: 40, rows: 11 }
const LATENCY_MS = 40

/** A terminal at the end of a line of so many bytes a second. */
class SlowLine implements Disposable {
  readonly clock = new ManualClock()
  readonly kitty: Kitty
  /** The longest that a key's echo would have waited behind what was written before. */
  longestWaitMs = 0
  readonly #bytesPerSecond: number
  #tell: (signal: TerminalSignal) => void = () => {}
  #busyUntil = 0
  #carried = 0

  constructor(graphics: PictureLevel, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
    const subscribe = (listener: (signal: TerminalSignal) => void) => {
      this.#tell = listener
      return () => {}
    }
    const pace = new TerminalPace({ subscribe }, () => this.clock.now())
    this.kitty = new Kitty(graphics, { pace, clock: this.clock })
    const { written } = this.kitty.screen
    this.kitty.screen.onWrite = () => {
      for (; this.#carried < written.length; this.#carried++) this.#carry(written[this.#carried] ?? '')
    }
  }

  /** Prints a picture at the top, as Ink does when somebody scrolls. */
  async print(picture: GifPicture): Promise<void> {
    const rows = Array.from({ length: picture.rows }, (_, row) => placeholderRow(picture, row))
    await this.kitty.write(`\x1b[H${rows.join('\r\n')}`)
  }

  async pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      this.clock.advance(10)
      await this.kitty.screen.settle()
    }
  }

  #carry(text: string): void {
    const now = this.clock.now()
    const tookMs = (Buffer.byteLength(text) * 1_000) / this.#bytesPerSecond
    this.#busyUntil = Math.max(now, this.#busyUntil) + tookMs
    this.longestWaitMs = Math.max(this.longestWaitMs, this.#busyUntil - now)
    const questions = text.split('\x1b[5n').length - 1
    for (let question = 0; question < questions; question++)
      this.clock.after(this.#busyUntil + LATENCY_MS - now, () => this.#tell(READY))
  }

  [Symbol.dispose](): void {
    this.kitty[Symbol.dispose]()
  }
}

describe('on a line of 30 KB/s', () => {
  for (const graphics of ['truecolor', 'sixel', 'iterm2', 'kitty', 'kitty-frames'] as const)
    it(`no key waits more than half a second behind a picture: ${graphics}`, async () => {
      using line = new SlowLine(graphics, 30_000)
      // Each cell of it changes with each frame.
      const loading = line.kitty.stage.loadGif(noiseGif(80, 48, 6, 200), BOX)
      const picture = await loading
      for (let scroll = 0; scroll < 5; scroll++) {
        await line.print(picture)
        await line.pass(1_500)
      }
      assert.ok(line.longestWaitMs > 0 && line.longestWaitMs <= 500, `${line.longestWaitMs} ms`)
      if (graphics.startsWith('kitty')) return
      const { screen } = line.kitty
      for (let row = 0; row < picture.rows; row++)
        for (let column = 0; column < picture.columns; column++)
          assert.notEqual(screen.halves(row, column).upper, undefined, `cell ${row} ${column} is drawn`)
      const before = screen.written.length
      await line.pass(5_000)
      assert.ok(screen.written.length > before + 5, 'it moves')
      assert.doesNotMatch(screen.written.join(''), /\x1bP|\x1b\]1337/, 'no image')
    })

  it('no key waits that long behind several pictures that are few bytes as sixels', async () => {
    using line = new SlowLine('sixel', 30_000)
    const pictures: GifPicture[] = []
    for (let index = 0; index < 9; index++)
      pictures.push(await line.kitty.stage.loadGif(noiseGif(12, 8, 6, 100), { columns: 20, rows: 1 }))
    const rows = pictures.map(picture => placeholderRow(picture, 0))
    for (let scroll = 0; scroll < 4; scroll++) {
      await line.kitty.write(`\x1b[H\x1b[J${rows.join('\r\n')}`)
      await line.pass(2_000)
    }
    assert.ok(line.longestWaitMs > 0 && line.longestWaitMs <= 500, `${line.longestWaitMs} ms`)
    const images = line.kitty.screen.written.join('').split('\x1bP').length - 1
    assert.ok(images > pictures.length, `${images} sixel images`)
  })

  it('every cell shows the same frame once nothing waits', async () => {
    using line = new SlowLine('truecolor', 30_000)
    const picture = await line.kitty.stage.loadGif(noiseGif(40, 22, 2, 600), BOX)
    await line.print(picture)
    await line.pass(4_000)
    line.kitty.stage.setPlaying(picture, false)
    await line.pass(3_000)
    const { screen } = line.kitty
    const shown = () =>
      Array.from({ length: picture.rows }, (_, row) =>
        Array.from({ length: picture.columns }, (_, column) => screen.halves(row, column)),
      )
    const drawn = shown()
    // Ink prints the frame that is shown, as a whole.
    await line.print(picture)
    await line.pass(3_000)
    assert.deepEqual(drawn, shown())
  })
})

describe('on a fast line', () => {
  it('pictures become sixel images once the pace was measured', async () => {
    using line = new SlowLine('sixel', 5_000_000)
    const picture = await line.kitty.stage.loadGif(ringsGif(), BOX)
    await line.print(picture)
    await line.pass(3_000)
    assert.ok(line.kitty.screen.written.join('').includes('\x1bP'))
  })
})
