import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { GifPicture, GifStage } from '../../../cli/gif/gif-stage.ts'
import { createGifStage, type StageOptions } from '../../../cli/gif/terminal-stage.ts'
import { placeholderRow } from '../../../cli/terminal/placeholder.ts'
import { TerminalPace } from '../../../cli/terminal/terminal-pace.ts'
import { SILENT_REPORT } from '../../../cli/terminal/terminal-report.ts'
import { AskedTerminal } from '../../support/asked-terminal.ts'
import { ManualClock } from '../../support/gif-clock.ts'
import { seededRandom } from '../../support/gif-random.ts'
import { sampleColor, sampleGif } from '../../support/gif-samples.ts'
import { TerminalScreen } from '../../support/gif-screen.ts'
import { type Rgb, writeGif } from '../../support/gif-writer.ts'
import { KittyImages } from '../../support/kitty-images.ts'

const BOX = { columns: 10, rows: 5 }
const REPORT = { ...SILENT_REPORT, cell: { width: 8, height: 16 } }
const SMALL = sampleGif({ width: 1, height: 1, frames: 1 })

/** A stage on a terminal with kitty's graphics. */
class Kitty {
  readonly screen = new TerminalScreen(40, 12)
  readonly clock = new ManualClock()
  readonly stage: GifStage

  constructor(graphics: 'kitty' | 'kitty-frames' | 'truecolor', options: Partial<StageOptions> = {}) {
    const { stdout } = this.screen
    this.stage = createGifStage({ stdout, graphics, clock: this.clock, report: REPORT, ...options })
  }

  /** Loads a GIF, and waits until the terminal has all of it. */
  async load(bytes: Uint8Array, box = BOX): Promise<GifPicture> {
    const picture = await this.stage.load(bytes, box)
    const next = await this.stage.load(SMALL, box)
    await this.screen.until(() => this.terminal.images.has(next.id))
    return picture
  }

  /** Prints all rows of a picture from the top of the screen, as Ink would. */
  async show(picture: GifPicture): Promise<void> {
    const rows = Array.from({ length: picture.rows }, (_, row) => placeholderRow(picture, row))
    await this.write(`\x1b[H${rows.join('\r\n')}`)
  }

  async write(text: string): Promise<void> {
    this.stage.stdout.write(text)
    await this.screen.settle()
  }

  /** What the terminal knows of images. */
  get terminal(): KittyImages {
    return new KittyImages(this.screen.written)
  }

  get bytes(): number {
    return this.screen.written.join('').length
  }

  [Symbol.dispose](): void {
    this.stage.close()
    this.screen[Symbol.dispose]()
  }
}

const rgba = (frame: number) => Buffer.from([...sampleColor(frame), 255])

/** Every pixel at random, so that nothing can be made of it by compressing. */
function noiseGif(width: number, height: number, frames: number, delayMs: number): Buffer {
  const random = seededRandom(7)
  const palette = Array.from({ length: 256 }, (): Rgb => [random(256), random(256), random(256)])
  const noise = () => Uint8Array.from({ length: width * height }, () => random(256))
  const each = { width, height, delayMs }
  return writeGif({
    width,
    height,
    palette,
    loops: 0,
    frames: Array.from({ length: frames }, () => ({ ...each, indices: noise() })),
  })
}

describe('in kitty, a picture', () => {
  it('is given to the terminal with every frame and its time, and then plays without a byte', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ width: 40, height: 40, frames: 4, delayMs: 120 }))
    const { frames, columns, rows, runState } = kitty.terminal.image(picture.id)
    assert.deepEqual({ columns, rows }, { columns: picture.columns, rows: picture.rows })
    assert.deepEqual(
      frames.map(({ gapMs }) => gapMs),
      [120, 120, 120, 120],
    )
    for (const [index, { pixels }] of frames.entries())
      assert.deepEqual(pixels.subarray(0, 4), rgba(index), `frame ${index}`)
    assert.equal(runState, 'stopped')

    await kitty.show(picture)
    assert.equal(kitty.terminal.image(picture.id).runState, 'looping')
    const before = kitty.bytes
    kitty.clock.advance(10_000)
    await kitty.screen.settle()
    assert.equal(kitty.bytes, before)
    assert.ok(kitty.clock.isIdle)
  })

  it('fills its cells without a margin, whatever their shape, and is never made larger than it is twice', async () => {
    for (const [width, height, expected] of [
      [320, 180, { columns: 10, rows: 3 }],
      [60, 160, { columns: 4, rows: 5 }],
      [16, 16, { columns: 4, rows: 2 }],
    ] as const) {
      using kitty = new Kitty('kitty')
      const picture = await kitty.load(sampleGif({ width, height, frames: 1 }))
      const { columns, rows, frames } = kitty.terminal.image(picture.id)
      assert.deepEqual({ columns, rows }, expected)
      const [frame] = frames
      assert.ok(frame !== undefined)
      const stretch =
        ((frame.width / frame.height) * rows * REPORT.cell.height) / (columns * REPORT.cell.width)
      assert.ok(Math.abs(stretch - 1) < 0.04, `${frame.width}×${frame.height} in ${columns}×${rows} cells`)
    }
  })

  it('stands still out of sight, without the focus, and when the reader wants it to', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ frames: 3 }))
    const becomes = (runState: string) =>
      kitty.screen.until(() => kitty.terminal.image(picture.id).runState === runState)
    await kitty.show(picture)
    await becomes('looping')
    kitty.stage.setFocused(false)
    await becomes('stopped')
    kitty.stage.setFocused(true)
    await becomes('looping')
    kitty.stage.setPlaying(picture, false)
    await becomes('stopped')
    kitty.stage.setPlaying(picture, true)
    await becomes('looping')
    await kitty.write('\x1b[H\x1b[J')
    await becomes('stopped')
  })

  it('loses frames to a pace that is set, never time', async () => {
    for (const [motion, most] of [
      ['full', 66],
      ['reduced', 333],
    ] as const) {
      using kitty = new Kitty('kitty', { motion })
      const picture = await kitty.load(sampleGif({ frames: 100, delayMs: 20 }))
      const gaps = kitty.terminal.image(picture.id).frames.map(({ gapMs }) => gapMs)
      assert.ok(
        gaps.slice(0, -1).every(gap => gap >= most),
        gaps.join(),
      )
      assert.ok(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) - 2_000) <= gaps.length)
    }
  })

  it('is sent in 4 MiB at most: with fewer frames, then in less detail', async () => {
    using kitty = new Kitty('kitty')
    const before = kitty.bytes
    const picture = await kitty.load(noiseGif(240, 200, 60, 60), { columns: 40, rows: 20 })
    const image = kitty.terminal.image(picture.id)
    assert.ok(kitty.bytes - before < 4.1 * 1024 * 1024, `${kitty.bytes - before} bytes`)
    assert.ok(kitty.bytes - before > 2 * 1024 * 1024, 'what may be sent is made use of')
    assert.ok(image.frames.length >= 12 && image.frames.length < 60, `${image.frames.length} frames`)
    assert.ok((image.frames[0]?.width ?? 0) < 240)
    assert.ok(Math.abs(image.frames.reduce((sum, { gapMs }) => sum + gapMs, 0) - 3_600) <= 60)
  })

  it('is freed when it makes room for others, and whatever is left at the end, before the screen is', async () => {
    using kitty = new Kitty('kitty', { cacheBytes: 3_000 })
    const large = sampleGif({ width: 16, height: 16, frames: 2 })
    const seen = await kitty.load(large)
    await kitty.show(seen)
    const unseen = await kitty.load(large)
    await kitty.load(large)
    await kitty.screen.until(() => kitty.terminal.freed.includes(unseen.id))
    assert.ok(!kitty.stage.holds(unseen) && kitty.stage.holds(seen))
    kitty.stage.close()
    await kitty.screen.settle()
    assert.deepEqual([...kitty.terminal.images.keys()], [])
  })

  it('shows its cells wherever they are printed, and none when it is gone', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ frames: 2 }))
    await kitty.write(`ab${placeholderRow(picture, 0)}c`)
    assert.ok(kitty.screen.written.at(-2)?.includes(placeholderRow(picture, 0)))
    await kitty.write(`\x1b[H\x1b[J${placeholderRow({ id: 1, columns: 3 }, 0)}|`)
    assert.equal(kitty.screen.text(0), '   |')
  })
})

describe('across a network', () => {
  it('nothing goes to a terminal that has not said that it took in what came before, and less in all', async () => {
    const terminal = new AskedTerminal([])
    const pace = new TerminalPace(terminal.input)
    using kitty = new Kitty('kitty', { pace })
    const picture = await kitty.stage.load(noiseGif(240, 200, 60, 60), { columns: 40, rows: 20 })
    await kitty.screen.settle()
    const frames = () => kitty.terminal.image(picture.id).frames.length
    assert.equal(frames(), 1)
    const answer = () => terminal.type('\x1b[0n')
    answer()
    // The time of the first frame, then the second.
    await kitty.screen.until(() => (kitty.terminal.image(picture.id).frames[0]?.gapMs ?? 0) > 0)
    assert.equal(frames(), 1)
    answer()
    await kitty.screen.until(() => frames() === 2)
    const next = kitty.stage.load(SMALL, BOX)
    kitty.screen.onWrite = answer
    answer()
    const { id } = await next
    await kitty.screen.until(() => kitty.terminal.images.has(id))
    assert.ok(kitty.bytes < 1.1 * 1024 * 1024, `${kitty.bytes} bytes`)
  })

  it('half blocks skip what a slow line has no room for', async () => {
    const terminal = new AskedTerminal([])
    const pace = new TerminalPace(terminal.input)
    using kitty = new Kitty('truecolor', { pace })
    const picture = await kitty.stage.load(sampleGif({ frames: 3, delayMs: 100 }), BOX)
    await kitty.stage.load(SMALL, BOX)
    await kitty.show(picture)
    const color = () => kitty.screen.halves(0, 0).upper
    const advance = async (milliseconds: number) => {
      kitty.clock.advance(milliseconds)
      await kitty.screen.settle()
    }
    await advance(100)
    const shown = color()
    await advance(100)
    assert.equal(color(), shown)
    const signals: string[] = []
    terminal.input.subscribe(({ type }) => signals.push(type))
    terminal.type('\x1b[0nx')
    await terminal.typed(1)
    assert.deepEqual(signals, ['reply'])
    await advance(67)
    assert.notEqual(color(), shown)
  })
})

describe('animation across a network', () => {
  /** KiB that are written in four seconds of a picture that changes in every cell. */
  async function written(pace: TerminalPace | undefined, onWrite: () => void): Promise<number> {
    using kitty = new Kitty('truecolor', { pace })
    kitty.screen.onWrite = onWrite
    const box = { columns: 40, rows: 11 }
    const picture = await kitty.stage.load(noiseGif(40, 24, 30, 70), box)
    await kitty.stage.load(SMALL, box)
    await kitty.show(picture)
    const before = kitty.bytes
    for (let passed = 0; passed < 4_000; passed += 10) {
      kitty.clock.advance(10)
      await kitty.screen.settle()
    }
    return (kitty.bytes - before) / 1024
  }

  it('takes 200 KiB a second at most, however soon the terminal answers', async () => {
    let answer = () => {}
    const pace = new TerminalPace({
      subscribe(listener) {
        answer = () => listener({ type: 'reply', reply: { type: 'ready' } })
        return () => {}
      },
    })
    const there = await written(pace, () => answer())
    assert.ok(there <= 4 * 200 && there > 4 * 150, `${there} KiB`)
    const here = await written(undefined, () => {})
    assert.ok(here > 4 * 200, `${here} KiB`)
  })
})

describe('in a terminal that shows images in the text but plays none, a picture', () => {
  it('is an image for each frame, and its cells change their colour from one to the next', async () => {
    using kitty = new Kitty('kitty-frames')
    const picture = await kitty.load(sampleGif({ width: 40, height: 40, frames: 3, delayMs: 100 }))
    await kitty.show(picture)
    const shown = () => kitty.terminal.image(kitty.screen.foreground(0, 0)).frames[0]?.pixels.subarray(0, 4)
    for (const frame of [0, 1, 2, 0]) {
      assert.deepEqual(shown(), rgba(frame))
      for (let row = 0; row < picture.rows; row++)
        for (let column = 0; column < picture.columns; column++)
          assert.equal(kitty.screen.foreground(row, column), kitty.screen.foreground(0, 0))
      kitty.clock.advance(100)
      await kitty.screen.settle()
    }
    const { images } = kitty.terminal
    assert.ok([...images.values()].every(({ frames }) => frames.length === 1))
    kitty.stage.close()
    await kitty.screen.settle()
    assert.deepEqual([...kitty.terminal.images.keys()], [])
  })
})
