import { randomInt } from 'node:crypto'
import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { GraphicsLevel } from '../../terminal/ask/graphics.ts'
import { type CellSize, SILENT_REPORT, type TerminalReport } from '../../terminal/ask/terminal-report.ts'
import { Compositor } from '../../terminal/draw/compositor.ts'
import type { PictureSpan } from '../../terminal/draw/picture-screen.ts'
import { PICTURE_SIDE } from '../../terminal/draw/placeholder.ts'
import type { TerminalPace } from '../../terminal/draw/terminal-pace.ts'
import { Uplink } from '../../terminal/draw/uplink.ts'
import type { CellArea } from '../decode/frame-format.ts'
import { GifDecoder } from '../decode/gif-decoder.ts'
import { GifError, type GifPicture, type GifStage } from '../gif-stage.ts'
import { type Motion, shortestFrameMs } from '../motion.ts'
import { createPainter } from '../paint/create-painter.ts'
import type { Painter } from '../paint/painter.ts'
import { PlayedPicture } from '../paint/played-picture.ts'
import { PictureCache } from './picture-cache.ts'

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
  /** Colours of half blocks where the kind of graphics does not say. */
  readonly depth?: PictureDepth
  readonly motion?: Motion
  /** Of a terminal at the other end of a network: fewer bytes go there, and neither faster than it answers nor than a line should be filled. */
  readonly pace?: TerminalPace | undefined
  /** What the terminal said of itself. */
  readonly report?: TerminalReport
  readonly clock?: Clock
  /** Bytes of decoded pictures that are kept while they are not seen. */
  readonly cacheBytes?: number
}

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
    prepare: () => {},
    load: () => Promise.reject(new GifError('notShown')),
    holds: () => false,
    setPlaying: () => {},
    holdStill: () => {},
    setFocused: () => {},
    setCell: () => Promise.resolve(false),
    close: () => {},
  }
}

class TerminalStage implements GifStage {
  readonly stdout: NodeJS.WriteStream
  readonly graphics: Exclude<GraphicsLevel, 'text'>
  readonly #clock: Clock
  readonly #stdout: NodeJS.WriteStream
  readonly #options: StageOptions
  #painter: Painter
  readonly #uplink: Uplink
  readonly #compositor: Compositor
  readonly #pictures: PictureCache<PlayedPicture>
  readonly #decoder = new GifDecoder()
  readonly #motion: Motion
  /** Decoding goes one GIF at a time, so that a full screen of them leaves the keys a core. */
  #queue: Promise<unknown> = Promise.resolve()
  #cancelTick: (() => void) | undefined
  #lastTickAt = Number.NEGATIVE_INFINITY
  /** Milliseconds after that tick for which the line to the terminal rests. */
  #restMs = 0
  /** Until when the reader is taken to be scrolling. */
  #stillUntil = Number.NEGATIVE_INFINITY
  #isFocused = true
  #isClosed = false

  constructor(options: StageOptions, graphics: Exclude<GraphicsLevel, 'text'>) {
    this.graphics = graphics
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#motion = options.motion ?? 'full'
    this.#stdout = options.stdout
    this.#options = options
    this.#uplink = new Uplink(options.stdout, options.pace)
    this.#painter = this.#createPainter(options.report ?? SILENT_REPORT)
    this.#pictures = new PictureCache(options.cacheBytes ?? this.#painter.cacheBytes)
    this.#compositor = new Compositor({
      stdout: options.stdout,
      pace: options.pace,
      draw: span => this.#draw(span),
      onPictures: () => this.#schedule(),
      farewell: () => this.#painter.farewell(),
    })
    this.stdout = this.#compositor.stdout
  }

  prepare(): void {
    if (!this.#isClosed) this.#decoder.prepare()
  }

  load(bytes: Uint8Array, box: CellArea): Promise<GifPicture> {
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

  /** Between two GIFs, since all frames of one have the same size. Half blocks are of the size of the cells anyway. */
  setCell(cell: CellSize): Promise<boolean> {
    const changed = this.#queue.then(() => {
      if (this.#isClosed || this.#painter.format.type === 'cells') return false
      for (const picture of this.#pictures.values()) this.#painter.free(picture)
      this.#pictures.clear()
      this.#painter = this.#createPainter({ ...(this.#options.report ?? SILENT_REPORT), cell })
      this.#schedule()
      return true
    })
    this.#queue = changed
    return changed
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#decoder.close()
    this.#cancelTick?.()
    this.#uplink.close()
    this.#pictures.clear()
    this.#stdout.write(this.#painter.farewell())
  }

  #createPainter(report: TerminalReport): Painter {
    const { stdout, depth = 'truecolor', pace } = this.#options
    return createPainter(this.graphics, {
      report,
      depth,
      shortestMs: shortestFrameMs(this.#motion),
      isRemote: pace !== undefined,
      isAtFullPace: this.#motion === 'full',
      rowsOnScreen: () => stdout.rows || 24,
      uplink: this.#uplink,
      newId: () => this.#newId(),
    })
  }

  async #decode(
    bytes: Uint8Array,
    box: CellArea,
    onFirstFrame: (picture: GifPicture) => void,
  ): Promise<void> {
    if (this.#isClosed) throw new GifError('notShown')
    const fitting = { columns: Math.min(box.columns, PICTURE_SIDE), rows: Math.min(box.rows, PICTURE_SIDE) }
    let picture: PlayedPicture | undefined
    const decoding = this.#decoder.decode(
      { bytes, box: fitting, format: this.#painter.format },
      {
        onSize: area => {
          picture = new PlayedPicture(this.#newId(), area, this.#motion !== 'none')
          this.#pictures.add(picture)
          this.#painter.open?.(picture, bytes)
        },
        onFrame: frame => {
          if (picture === undefined || !this.#pictures.has(picture.id)) return
          this.#painter.add(picture, frame)
          onFirstFrame(picture)
          this.#schedule()
        },
      },
    )
    // What came before a decoder was stopped plays on; without any frame the rejection says why there is none.
    const lastMs = await decoding.catch(() => 0)
    if (picture !== undefined) this.#painter.complete(picture, lastMs)
    const seen = this.#compositor.seen()
    const dropped = this.#pictures.trim(id => id === picture?.id || seen.has(id))
    for (const each of dropped) this.#painter.free(each)
    this.#schedule()
    await decoding
  }

  /** At random, so that no other program in the same terminal has the same. */
  #newId(): number {
    const id = randomInt(1, 0x1000000)
    return this.#pictures.has(id) ? this.#newId() : id
  }

  #draw(span: PictureSpan): string {
    const frame = this.#pictures.get(span.picture)?.shown
    return frame === undefined ? ' '.repeat(span.length) : this.#painter.draw(span, frame)
  }

  /** Sets the timer anew, for the next frame that is due among the pictures that move; without any there is none. */
  #schedule(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
    if (this.#isClosed) return
    const now = this.#clock.now()
    const moving = this.#movingPictures(now)
    const due = moving.flatMap(picture => {
      const elapsed = picture.playback.elapsed(now)
      if (picture.animation.frameAt(elapsed) !== picture.shownIndex) return [0]
      return picture.animation.untilNextFrame(elapsed) ?? []
    })
    if (now < this.#stillUntil) due.push(this.#stillUntil - now)
    const overlayIn = this.#painter.settle?.(now, this.#compositor.spans(), this.#pictureOf)
    if (overlayIn !== undefined) due.push(overlayIn)
    if (due.length === 0) return
    const pause = this.#lastTickAt + Math.max(shortestFrameMs(this.#motion), this.#restMs) - now
    this.#cancelTick = this.#clock.after(Math.max(pause, Math.min(...due)), () => {
      this.#tick()
      this.#schedule()
    })
  }

  #tick(): void {
    const now = this.#clock.now()
    this.#lastTickAt = now
    this.#restMs = 0
    if (this.#compositor.isBehind) return
    const steps = new Map(
      this.#movingPictures(now).flatMap(picture => {
        const index = picture.animation.frameAt(picture.playback.elapsed(now))
        const [from, to] = [picture.shown, picture.frames[index]]
        return from === undefined || to === undefined || from === to
          ? []
          : [[picture.id, { picture, index, from, to }]]
      }),
    )
    let drawing = ''
    for (const [row, span] of this.#compositor.spans()) {
      const step = steps.get(span.picture)
      if (step !== undefined) drawing += this.#painter.change(row, span, step.from, step.to)
    }
    for (const { picture, index } of steps.values()) picture.shownIndex = index
    drawing += this.#painter.overlay?.(now, this.#compositor.spans(), this.#pictureOf) ?? ''
    this.#restMs = this.#compositor.paint(drawing)
  }

  readonly #pictureOf = (id: number): PlayedPicture | undefined => this.#pictures.get(id)

  /** The pictures that move from now on: those that are seen and wanted to play, while the reader looks. */
  #movingPictures(now: number): readonly PlayedPicture[] {
    const seen = this.#compositor.seen()
    const mayMove = this.#isFocused && now >= this.#stillUntil
    const pictures = [...this.#pictures.values()]
    for (const picture of pictures) {
      const isMoving = mayMove && picture.isPlaying && seen.has(picture.id)
      if (picture.playback.move(isMoving, now)) this.#painter.move(picture, isMoving)
    }
    return pictures.filter(picture => picture.playback.isMoving)
  }
}
