import { randomInt } from 'node:crypto'
import { Compositor, type FrameChange } from '../terminal/compositor.ts'
import type { GraphicsLevel } from '../terminal/graphics.ts'
import type { CellFrame } from '../terminal/half-blocks.ts'
import { PICTURE_SIDE } from '../terminal/placeholder.ts'
import { Animation } from './animation.ts'
import { decodeInWorker } from './decode.ts'
import { GifError, type GifPicture, type GifStage } from './gif-stage.ts'
import { type Motion, shortestFrameMs } from './motion.ts'
import { PictureCache } from './picture-cache.ts'
import { Playback } from './playback.ts'

/** The time, and a way to be called later; a test holds both still. */
export interface Clock {
  /** Milliseconds from any fixed point. */
  now(): number
  /** Calls once after `delayMs`; returns the way to call it off. */
  after(delayMs: number, callback: () => void): () => void
}

export interface StageOptions {
  readonly stdout: NodeJS.WriteStream
  readonly graphics: GraphicsLevel
  readonly motion?: Motion
  readonly clock?: Clock
  /** Bytes of decoded pictures that are kept while they are not seen. */
  readonly cacheBytes?: number
}

const CACHE_BYTES = 32 * 1024 * 1024
/** Milliseconds without scrolling after which pictures move again. */
const SCROLL_PAUSE_MS = 300

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref()
    return () => clearTimeout(timer)
  },
}

/** Makes the stage that suits the terminal. */
export function createGifStage(options: StageOptions): GifStage {
  const { graphics, stdout } = options
  return graphics === 'text' ? textStage(stdout) : new TerminalStage(options, graphics)
}

function textStage(stdout: NodeJS.WriteStream): GifStage {
  return {
    stdout,
    graphics: 'text',
    load: () => Promise.reject(new GifError('notShown')),
    holds: () => false,
    setPlaying: () => {},
    holdStill: () => {},
    setFocused: () => {},
    close: () => {},
  }
}

/** A picture as it is kept: its frames so far, and the one that is on the screen. */
class PlayedPicture implements GifPicture {
  readonly id: number
  readonly columns: number
  readonly rows: number
  readonly animation = new Animation()
  readonly playback = new Playback()
  readonly #frames: CellFrame[] = []
  /** Whether the reader wants it to play. */
  isPlaying: boolean
  shownIndex = 0

  constructor(id: number, size: { readonly columns: number; readonly rows: number }, isPlaying: boolean) {
    this.id = id
    this.columns = size.columns
    this.rows = size.rows
    this.isPlaying = isPlaying
  }

  get bytes(): number {
    return this.#frames.length * this.columns * this.rows * 8
  }

  get shown(): CellFrame | undefined {
    return this.#frames[this.shownIndex]
  }

  frame(index: number): CellFrame | undefined {
    return this.#frames[index]
  }

  addFrame(colors: Int32Array, delayMs: number): void {
    this.#frames.push({ columns: this.columns, colors })
    this.animation.addFrame(delayMs)
  }
}

class TerminalStage implements GifStage {
  readonly stdout: NodeJS.WriteStream
  readonly graphics: Exclude<GraphicsLevel, 'text'>
  readonly #clock: Clock
  readonly #compositor: Compositor
  readonly #pictures: PictureCache<PlayedPicture>
  readonly #closing = new AbortController()
  readonly #motion: Motion
  /** Decoding goes one GIF at a time, so that a full screen of them leaves the keys a core. */
  #queue: Promise<unknown> = Promise.resolve()
  #cancelTick: (() => void) | undefined
  #lastTickAt = Number.NEGATIVE_INFINITY
  /** Until when the reader is taken to be scrolling. */
  #stillUntil = Number.NEGATIVE_INFINITY
  #isFocused = true

  constructor(options: StageOptions, graphics: Exclude<GraphicsLevel, 'text'>) {
    this.graphics = graphics
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#motion = options.motion ?? 'full'
    this.#pictures = new PictureCache(options.cacheBytes ?? CACHE_BYTES)
    this.#compositor = new Compositor({
      stdout: options.stdout,
      level: graphics,
      frameOf: id => this.#pictures.get(id)?.shown,
      onPictures: () => this.#schedule(),
    })
    this.stdout = this.#compositor.stdout
  }

  load(bytes: Uint8Array, box: { readonly columns: number; readonly rows: number }): Promise<GifPicture> {
    const { promise, resolve, reject } = Promise.withResolvers<GifPicture>()
    this.#queue = this.#queue.then(() => this.#decode(bytes, box, resolve)).catch(reject)
    return promise
  }

  holds(picture: GifPicture): boolean {
    return this.#pictures.has(picture.id)
  }

  setPlaying({ id }: GifPicture, isPlaying: boolean): void {
    const picture = this.#pictures.get(id)
    if (picture === undefined || picture.isPlaying === isPlaying) return
    picture.isPlaying = isPlaying
    this.#schedule()
  }

  holdStill(): void {
    this.#stillUntil = this.#clock.now() + SCROLL_PAUSE_MS
    this.#schedule()
  }

  setFocused(isFocused: boolean): void {
    this.#isFocused = isFocused
    this.#schedule()
  }

  close(): void {
    this.#closing.abort()
    this.#cancelTick?.()
    this.#pictures.clear()
  }

  async #decode(
    bytes: Uint8Array,
    box: { readonly columns: number; readonly rows: number },
    onFirstFrame: (picture: GifPicture) => void,
  ): Promise<void> {
    if (this.#closing.signal.aborted) throw new GifError('notShown')
    const fitting = { columns: Math.min(box.columns, PICTURE_SIDE), rows: Math.min(box.rows, PICTURE_SIDE) }
    let picture: PlayedPicture | undefined
    const decoding = decodeInWorker(
      { bytes, box: fitting, level: this.graphics },
      {
        onSize: size => {
          picture = new PlayedPicture(this.#freeId(), size, this.#motion !== 'none')
          this.#pictures.add(picture)
        },
        onFrame: ({ colors, delayMs }) => {
          if (picture === undefined) return
          picture.addFrame(colors, delayMs)
          onFirstFrame(picture)
          this.#schedule()
        },
      },
      { signal: this.#closing.signal },
    )
    // What came before a decoder was stopped plays on; without any frame the rejection says why there is none.
    await decoding.finally(() => {
      picture?.animation.complete()
      const seen = this.#compositor.seen()
      this.#pictures.trim(id => id === picture?.id || seen.has(id))
      this.#schedule()
    })
  }

  #freeId(): number {
    const id = randomInt(1, 0x1000000)
    return this.#pictures.has(id) ? this.#freeId() : id
  }

  /** Sets the timer anew, for the next frame that is due among the pictures that move; without any there is none. */
  #schedule(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
    if (this.#closing.signal.aborted) return
    const now = this.#clock.now()
    const moving = this.#movingPictures(now)
    const due = moving.flatMap(picture => {
      const elapsed = picture.playback.elapsed(now)
      if (picture.animation.frameAt(elapsed) !== picture.shownIndex) return [0]
      return picture.animation.untilNextFrame(elapsed) ?? []
    })
    if (now < this.#stillUntil) due.push(this.#stillUntil - now)
    if (due.length === 0) return
    const pause = this.#lastTickAt + shortestFrameMs(this.#motion) - now
    this.#cancelTick = this.#clock.after(Math.max(pause, Math.min(...due)), () => {
      this.#tick()
      this.#schedule()
    })
  }

  #tick(): void {
    const now = this.#clock.now()
    this.#lastTickAt = now
    const steps = this.#movingPictures(now).map(picture => {
      const index = picture.animation.frameAt(picture.playback.elapsed(now))
      return { picture, index, from: picture.shown, to: picture.frame(index) }
    })
    const changes: FrameChange[] = steps.flatMap(({ picture, from, to }) =>
      from === undefined || to === undefined || from === to ? [] : [{ picture: picture.id, from, to }],
    )
    if (changes.length === 0 || !this.#compositor.animate(changes)) return
    for (const { picture, index } of steps) picture.shownIndex = index
  }

  /** The pictures that move from now on: those that are seen and wanted to play, while the reader looks. */
  #movingPictures(now: number): readonly PlayedPicture[] {
    const seen = this.#compositor.seen()
    const mayMove = this.#isFocused && now >= this.#stillUntil
    const pictures = [...this.#pictures.values()]
    for (const picture of pictures)
      picture.playback.move(mayMove && picture.isPlaying && seen.has(picture.id), now)
    return pictures.filter(picture => picture.playback.isMoving)
  }
}
