import type { GifPicture, GifStage } from '../../cli/gif/gif-stage.ts'
import type { StageOptions } from '../../cli/gif/stage/stage-options.ts'
import { createGifStage } from '../../cli/gif/stage/terminal-stage.ts'
import { ManualClock } from './gif-clock.ts'
import { sampleColor, sampleGif } from './gif-samples.ts'
import { type HalfCells, TerminalScreen } from './gif-screen.ts'

export const BOX = { columns: 10, rows: 5 }

/** A stage on a screen of 20 × 6, which is closed at the end of the test. */
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

  /** Loads a GIF and waits for all its frames. */
  async load(bytes: Uint8Array): Promise<GifPicture> {
    const picture = await this.stage.loadGif(bytes, BOX)
    // One GIF is decoded at a time, so this one is complete when the next one has a frame.
    await this.stage.loadGif(sampleGif({ width: 1, height: 1, frames: 1 }), BOX)
    return picture
  }

  /** Writes to the stage as Ink would. */
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

/** The colour of a sample's frame on a screen. */
export const rgb = (frame: number): number => {
  const [red, green, blue] = sampleColor(frame)
  return (red << 16) | (green << 8) | blue
}

export const both = (color: number | undefined): HalfCells => ({ upper: color, lower: color })
