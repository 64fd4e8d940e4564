import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { GifPicture, GifStage } from '../../../../cli/gif/gif-stage.ts'
import type { StageOptions } from '../../../../cli/gif/stage/stage-options.ts'
import { createGifStage } from '../../../../cli/gif/stage/terminal-stage.ts'
import { SILENT_REPORT } from '../../../../cli/terminal/ask/terminal-report.ts'
import { placeholderRow } from '../../../../cli/terminal/draw/placeholder.ts'
import { ManualClock } from '../../../support/gif-clock.ts'
import { sampleColor, sampleGif } from '../../../support/gif-samples.ts'
import { TerminalScreen } from '../../../support/gif-screen.ts'
import { writeGif } from '../../../support/gif-writer.ts'
import { noiseGif } from '../../../support/kitty-setting.ts'
import { imagesIn, readSixels } from '../../../support/screen-images.ts'

const BOX = { columns: 10, rows: 5 }
const REPORT = { ...SILENT_REPORT, cell: { width: 8, height: 16 }, background: '#FFFFFF' }
const STILL_MS = 150
/** After so long a picture has its image, including the pause between two drawings. */
const SETTLED_MS = STILL_MS + 67

/** A stage on a screen of 40 × 12, in a terminal that draws images over cells. */
class Setting {
  readonly screen = new TerminalScreen(40, 12)
  readonly clock = new ManualClock()
  readonly stage: GifStage
  #looked = 0

  constructor(graphics: 'iterm2' | 'sixel', options: Partial<StageOptions> = {}) {
    const { stdout } = this.screen
    this.stage = createGifStage({ stdout, graphics, clock: this.clock, report: REPORT, ...options })
  }

  async load(bytes: Uint8Array): Promise<GifPicture> {
    const picture = await this.stage.loadGif(bytes, BOX)
    await this.stage.loadGif(sampleGif({ width: 1, height: 1, frames: 1 }), BOX)
    return picture
  }

  /** Prints a picture at a cell, as Ink would, and clears the rest of the screen. */
  async show(picture: GifPicture, row: number, from = 0): Promise<void> {
    const rows = Array.from({ length: picture.rows - from }, (_, index) =>
      placeholderRow(picture, from + index),
    )
    await this.write(`\x1b[H\x1b[J\x1b[${row + 1};1Hx ${rows.join('\r\nx ')}`)
  }

  async write(text: string): Promise<void> {
    this.stage.stdout.write(text)
    await this.screen.settle()
  }

  async advance(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds)
    await this.screen.settle()
  }

  /** The images drawn since the last call. */
  drawn(): ReturnType<typeof imagesIn> {
    const images = imagesIn(this.screen.written.join(''))
    const fresh = images.slice(this.#looked)
    this.#looked = images.length
    return fresh
  }

  [Symbol.dispose](): void {
    this.stage.close()
    this.screen[Symbol.dispose]()
  }
}

const rgb = (frame: number): number => sampleColor(frame).reduce((color, channel) => color * 256 + channel, 0)

describe('with iTerm2, a picture', () => {
  const gif = sampleGif({ width: 40, height: 40, frames: 3, delayMs: 100 })

  it('is half blocks while it scrolls, and then its file, sent once', async () => {
    using setting = new Setting('iterm2')
    const picture = await setting.load(gif)
    for (const row of [3, 2]) {
      await setting.show(picture, row)
      await setting.advance(STILL_MS - 1)
      assert.deepEqual(setting.drawn(), [])
      assert.notEqual(setting.screen.halves(row, 2).upper, undefined)
    }
    await setting.advance(SETTLED_MS - STILL_MS + 1)
    const [image, ...others] = setting.drawn()
    assert.deepEqual(others, [])
    assert.deepEqual([image?.row, image?.column], [2, 2])
    assert.deepEqual(Object.fromEntries(image?.keys ?? []), {
      inline: '1',
      size: String(gif.length),
      width: String(picture.columns),
      height: String(picture.rows),
      preserveAspectRatio: '1',
      doNotMoveCursor: '1',
    })
    assert.ok(Buffer.from(image?.content ?? '', 'base64').equals(gif))
    const before = setting.screen.written.join('').length
    await setting.write('\x1b[12;1Htyping')
    await setting.advance(10_000)
    assert.equal(setting.screen.written.join('').length - before, '\x1b[12;1Htyping'.length)
  })

  it('is its whole file also when the decoder takes the buffer of the file away', async () => {
    using setting = new Setting('iterm2')
    const file = new Uint8Array(new ArrayBuffer(gif.length))
    file.set(gif)
    const picture = await setting.load(file)
    assert.equal(file.length, 0, 'taken away')
    await setting.show(picture, 2)
    await setting.advance(SETTLED_MS)
    const [image] = setting.drawn()
    assert.equal(image?.keys.get('size'), String(gif.length))
    assert.ok(Buffer.from(image?.content ?? '', 'base64').equals(gif))
  })

  it('is half blocks again where its image was cut, and never part of an image', async () => {
    using setting = new Setting('iterm2')
    const picture = await setting.load(gif)
    await setting.show(picture, 3)
    await setting.advance(SETTLED_MS)
    assert.equal(setting.drawn().length, 1)
    await setting.write('\x1b[5;4H a pop-up ')
    const before = setting.screen.written.length
    await setting.advance(SETTLED_MS)
    const drawing = setting.screen.written.slice(before).join('')
    assert.match(drawing, /\x1b\[4;3H/)
    assert.match(drawing, /\x1b\[7;3H/)
    await setting.show(picture, 0, 1)
    await setting.advance(SETTLED_MS)
    assert.deepEqual(setting.drawn(), [])
  })

  it('leaves no remains of its image, also when it scrolls before the image is cut', async () => {
    using setting = new Setting('iterm2')
    const picture = await setting.load(gif)
    await setting.show(picture, 5)
    await setting.advance(SETTLED_MS)
    assert.equal(setting.drawn().length, 1)
    await setting.write('\x1b[7;4H a pop-up ')
    await setting.show(picture, 0)
    await setting.write('\x1b[9;1Hwhat is said below')
    await setting.advance(SETTLED_MS)
    assert.equal(setting.screen.text(8), 'what is said below')
    for (let row = picture.rows; row < 12; row++)
      assert.deepEqual(setting.screen.halves(row, 3), { upper: undefined, lower: undefined }, `row ${row}`)
  })

  it('stays half blocks if it must not play at full pace, or would scroll the screen', async () => {
    using setting = new Setting('iterm2')
    const picture = await setting.load(gif)
    await setting.show(picture, 12 - picture.rows)
    await setting.advance(SETTLED_MS)
    assert.deepEqual(setting.drawn(), [])
    await setting.show(picture, 1)
    await setting.advance(SETTLED_MS)
    assert.equal(setting.drawn().length, 1)
    const before = setting.screen.written.length
    setting.stage.setPlaying(picture, false)
    await setting.advance(1_000)
    const cells = setting.screen.written.slice(before).join('')
    for (let row = 0; row < picture.rows; row++) assert.ok(cells.includes(`\x1b[${row + 2};3H`), `row ${row}`)
    assert.deepEqual(setting.drawn(), [])
    using calm = new Setting('iterm2', { motion: 'reduced' })
    await calm.show(await calm.load(gif), 1)
    await calm.advance(SETTLED_MS)
    assert.deepEqual(calm.drawn(), [])
  })
})

describe('in sixels, a picture', () => {
  const gif = sampleGif({ width: 40, height: 40, frames: 4, delayMs: 120 })

  it('is drawn whole and in its colours at most five times a second', async () => {
    using setting = new Setting('sixel')
    const picture = await setting.load(gif)
    await setting.show(picture, 3)
    for (let passed = 0; passed < 1_150; passed += 5) await setting.advance(5)
    const images = setting.drawn()
    assert.ok(images.length >= 3 && images.length <= 5, `${images.length} in a second`)
    const colors = images.map(({ row, column, content }) => {
      assert.deepEqual([row, column], [3, 2])
      const { width, height, pixels } = readSixels(content)
      assert.deepEqual([width, height], [picture.columns * 8, picture.rows * 16])
      const [color] = pixels
      assert.ok(pixels.every(pixel => pixel === color))
      return color
    })
    assert.ok(
      colors.every(color => [0, 1, 2, 3].map(rgb).includes(color ?? -1)),
      colors.join(),
    )
    assert.ok(new Set(colors).size > 1)
  })

  it('shows the background where it is transparent', async () => {
    using setting = new Setting('sixel')
    const indices = new Uint8Array(40 * 40).fill(1)
    const frame = { width: 40, height: 40, transparentIndex: 1, indices }
    const hollow = writeGif({
      width: 40,
      height: 40,
      palette: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      frames: [frame],
    })
    await setting.show(await setting.load(hollow), 1)
    await setting.advance(SETTLED_MS)
    const [image] = setting.drawn()
    assert.ok(readSixels(image?.content ?? '').pixels.every(pixel => pixel === 0xffffff))
  })

  it('is loaded again for another size of cells, and fills as many as before', async () => {
    using setting = new Setting('sixel')
    const sizes: number[][] = []
    for (const cell of [REPORT.cell, { width: 4, height: 8 }]) {
      await setting.stage.setCellSize(cell)
      const picture = await setting.load(sampleGif({ width: 200, height: 100, frames: 2 }))
      await setting.show(picture, 1)
      await setting.advance(SETTLED_MS)
      const { width, height } = readSixels(setting.drawn()[0]?.content ?? '')
      sizes.push([picture.columns, picture.rows, width, height])
      if (cell === REPORT.cell) assert.ok(setting.stage.holdsPicture(picture))
      assert.ok(await setting.stage.setCellSize({ width: 5, height: 5 }))
      assert.ok(!setting.stage.holdsPicture(picture))
    }
    assert.deepEqual(sizes, [
      [10, 3, 80, 48],
      [10, 3, 40, 24],
    ])
  })

  for (const [size, image, seen] of [
    ['a large one', noiseGif(60, 24, 1, 100), [2]],
    ['a small one', sampleGif({ width: 8, height: 8 }), [0, 2]],
  ] as const)
    it(`is an image if it is the lowest on the screen, and ${size} above it is ${seen.length === 1 ? 'not' : 'too'}`, async () => {
      using setting = new Setting('sixel')
      const [upper, lower] = [await setting.load(image), await setting.load(gif)]
      const rowsOf = (picture: GifPicture) =>
        Array.from({ length: picture.rows }, (_, row) => placeholderRow(picture, row)).join('\r\n')
      await setting.write(`\x1b[H${rowsOf(upper)}\x1b[3;1H${rowsOf(lower)}`)
      await setting.advance(2_000)
      assert.deepEqual([...new Set(setting.drawn().map(({ row }) => row))].sort(), seen)
      assert.notEqual(setting.screen.halves(0, 0).upper, undefined)
    })
})
