import type { GifPicture, GifStage } from '../../cli/gif/gif-stage.ts'
import type { StageOptions } from '../../cli/gif/stage/stage-options.ts'
import { createGifStage } from '../../cli/gif/stage/terminal-stage.ts'
import type { GraphicsLevel } from '../../cli/terminal/ask/graphics.ts'
import { SILENT_REPORT } from '../../cli/terminal/ask/terminal-report.ts'
import { placeholderRow } from '../../cli/terminal/draw/placeholder.ts'
import { ManualClock } from './gif-clock.ts'
import { seededRandom } from './gif-random.ts'
import { sampleGif } from './gif-samples.ts'
import { TerminalScreen } from './gif-screen.ts'
import { type Rgb, writeGif } from './gif-writer.ts'
import { KittyImages } from './kitty-images.ts'

export const BOX = { columns: 10, rows: 5 }
export const CELL = { width: 8, height: 16 }
const REPORT = { ...SILENT_REPORT, cell: CELL }
/** A minimal GIF. GIFs load in order, so once it is loaded, all earlier ones are. */
export const SMALL = sampleGif({ width: 1, height: 1, frames: 1 })

export type PictureLevel = Exclude<GraphicsLevel, '256' | '16' | 'text'>

/** A stage on a terminal with kitty's graphics, or with others. */
export class Kitty {
  readonly screen = new TerminalScreen(40, 12)
  readonly clock = new ManualClock()
  readonly stage: GifStage

  constructor(graphics: PictureLevel, options: Partial<StageOptions> = {}) {
    const { stdout } = this.screen
    this.stage = createGifStage({ stdout, graphics, clock: this.clock, report: REPORT, ...options })
  }

  /** Loads a GIF, and waits until the terminal has all of it. */
  async load(bytes: Uint8Array, box = BOX): Promise<GifPicture> {
    const picture = await this.stage.loadGif(bytes, box)
    const next = await this.stage.loadGif(SMALL, box)
    await this.screen.until(() => this.terminal.images.has(next.id))
    return picture
  }

  /** Prints a picture at the top of the screen, as Ink would. */
  async show(picture: GifPicture): Promise<void> {
    const rows = Array.from({ length: picture.rows }, (_, row) => placeholderRow(picture, row))
    await this.write(`\x1b[H${rows.join('\r\n')}`)
  }

  async write(text: string): Promise<void> {
    this.stage.stdout.write(text)
    await this.screen.settle()
  }

  /** The images that the terminal has. */
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

/** Random pixels, which can't be compressed. */
export function noiseGif(width: number, height: number, frames: number, delayMs: number): Buffer {
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
