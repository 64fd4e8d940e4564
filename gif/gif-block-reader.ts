import {
  GIF_BLOCK,
  type GifFrame,
  type GifFrameArea,
  type GifPalette,
  type GraphicControl,
  gifLoopBlock,
  readGifExtension,
  readGifFrame,
  readGifFrameArea,
  readGifGraphicControl,
} from './gif-blocks.ts'
import type { ArrivingGifBytes, KeptGifBytes, Reader } from './gif-bytes.ts'
import { type GifLimits, refuseGifSize } from './gif-limits.ts'
import { GifRefusal } from './gif-refusal.ts'

/** Where the count stands in a loop block. */
const LOOP_COUNT_OFFSET = 16

/** Reads the blocks after a GIF's palette as browsers do, and adds up what they cost. */
export class GifBlockReader {
  /** Of the canvas. The first frame may make it larger. */
  width: number
  height: number
  readonly frames: GifFrame[] = []
  durationMs = 0
  /** How often the GIF plays; 0 is for ever. */
  plays = 1
  readonly #limits: GifLimits
  readonly #globalPalette: GifPalette | undefined
  readonly #input: ArrivingGifBytes
  readonly #kept: KeptGifBytes
  #pixels = 0
  /** Belongs to the next frame. */
  #control: GraphicControl | undefined
  /** Where the loop block stands among the kept bytes, if there was one. */
  #loopOffset: number | undefined

  constructor(
    limits: GifLimits,
    screen: { readonly width: number; readonly height: number },
    globalPalette: GifPalette | undefined,
    input: ArrivingGifBytes,
    kept: KeptGifBytes,
  ) {
    this.width = screen.width
    this.height = screen.height
    this.#limits = limits
    this.#globalPalette = globalPalette
    this.#input = input
    this.#kept = kept
  }

  /** Reads the next block. Returns false at the end of the file. */
  *readBlock(): Reader<boolean> {
    const introducer = yield* this.#input.takeByte()
    if (introducer === GIF_BLOCK.trailer) return false
    if (introducer === GIF_BLOCK.image) {
      yield* this.#readFrame()
      return true
    }
    if (introducer !== GIF_BLOCK.extension) throw new GifRefusal('badBlock')
    const label = yield* this.#input.takeByte()
    if (label === GIF_BLOCK.graphicControl) {
      this.#control = yield* readGifGraphicControl(this.#input)
      return true
    }
    const loopCount = yield* readGifExtension(this.#input, label)
    if (loopCount !== undefined) this.#keepLoop(loopCount)
    return true
  }

  *#readFrame(): Reader<void> {
    const { frames } = this
    if (frames.length === this.#limits.frames) throw new GifRefusal('tooManyFrames')
    const control = this.#control
    if (control !== undefined) this.#kept.appendBytes(control.block)
    const area = yield* readGifFrameArea(this.#input, this.#kept)
    if (frames.length === 0) this.#growCanvas(area)
    this.#pixels += this.#pixelsOf(area)
    if (this.#pixels > this.#limits.pixels) throw new GifRefusal('tooManyPixels')
    frames.push(yield* readGifFrame(area, this.#globalPalette, control, this.#input, this.#kept))
    this.durationMs += control?.delayMs ?? 0
    this.#control = undefined
  }

  /** The canvas is as large as the screen, or as the first frame. */
  #growCanvas({ left, top, width, height }: GifFrameArea): void {
    this.width = Math.max(this.width, left + width)
    this.height = Math.max(this.height, top + height)
    if (this.width === 0 || this.height === 0) throw new GifRefusal('emptyCanvas')
    refuseGifSize(this, this.#limits)
  }

  /** The pixels that have to be unpacked to draw a frame. */
  #pixelsOf({ left, top, width, height, isInterlaced }: GifFrameArea): number {
    if (left >= this.width || top >= this.height) return 0
    return width * (isInterlaced ? height : Math.min(height, this.height - top))
  }

  /** Browsers take the last loop count, wherever it stands. */
  #keepLoop(count: number): void {
    // The count tells how often the GIF is repeated after it has played once.
    this.plays = count === 0 ? 0 : count + 1
    if (this.#loopOffset === undefined) {
      this.#loopOffset = this.#kept.length
      this.#kept.appendBytes(gifLoopBlock(count))
    } else {
      this.#kept.replaceBytes(this.#loopOffset + LOOP_COUNT_OFFSET, [count & 0xff, count >> 8])
    }
  }
}
