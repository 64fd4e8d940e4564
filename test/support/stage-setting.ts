import type { GifPicture, GifStage } from '../../cli/gif/gif-stage.ts'
import { createGifStage, type StageOptions } from '../../cli/gif/stage/terminal-stage.ts'
import { ManualClock } from './gif-clock.ts'
import { sampleColor, sampleGif } from './gif-samples.ts'
import { type HalfCells, TerminalScreen } from './gif-screen.ts'

export const BOX = { columns: 10, rows: 5 }

/** A stage on a screen of 20 × 6, closed with the test. */
export class StageSetting {
  readonly screen = new TerminalScreen(20, 6)
  readonly clock = new ManualClock()
  readonly stage: GifStage

  constructor(options: Partial<StageOptions> = {}) {
    this.stage = createGifStage({
      stdout: this.screen.stdout,
      graphics: 'truecolor',
      clock: this.clock,
      ...options,
    })
  }

  /** Loads a GIF, and waits until each of its frames is there. */
  async load(bytes: Uint8Array): Promise<GifPicture> {
    const picture = await this.stage.load(bytes, BOX)
    // Decoding goes one at a time: when another one begins, all frames of this one are there.
    await this.stage.load(sampleGif({ width: 1, height: 1, frames: 1 }), BOX)
    return picture
  }

  /** Writes as Ink would. */
  async write(text: string): Promise<void> {
    this.stage.stdout.write(text)
    await this.screen.settle()
  }

  async advance(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds)
    await this.screen.settle()
  }

  [Symbol.dispose](): void {
    this.stage.close()
    this.screen[Symbol.dispose]()
  }
}

/** The colour of a sample's frame, as a screen shows it. */
export const rgb = (frame: number): number => {
  const [red, green, blue] = sampleColor(frame)
  return (red << 16) | (green << 8) | blue
}

/** A cell of one colour. */
export const both = (color: number | undefined): HalfCells => ({ upper: color, lower: color })
