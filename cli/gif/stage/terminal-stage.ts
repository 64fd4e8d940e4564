import { randomInt } from 'node:crypto'
import type { GraphicsLevel } from '../../terminal/ask/graphics.ts'
import { type CellSize, SILENT_REPORT, type TerminalReport } from '../../terminal/ask/terminal-report.ts'
import { DrawingQueue } from '../../terminal/draw/drawing-queue.ts'
import { moveToSpanSequence, type PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import { PictureCompositor } from '../../terminal/draw/picture-compositor.ts'
import { PICTURE_SIDE } from '../../terminal/draw/placeholder.ts'
import { TerminalUplink } from '../../terminal/draw/terminal-uplink.ts'
import { throughTmux } from '../../terminal/draw/tmux-passthrough.ts'
import type { CellArea } from '../decode/frame-format.ts'
import { GifDecoder } from '../decode/gif-decoder.ts'
import { type Motion, shortestGifFrameMs } from '../gif-motion.ts'
import { GifError, type GifPicture, type GifStage } from '../gif-stage.ts'
import { createPainter } from '../paint/create-painter.ts'
import { PaintedPicture } from '../paint/painted-picture.ts'
import type { Painter } from '../paint/painter.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import type { StageOptions } from './stage-options.ts'
import { StagePictureCache } from './stage-picture-cache.ts'
import { textStage } from './text-stage.ts'

// The stage's life, for each picture:
// 1. Load: the bytes wait for the GIF before, since one GIF is decoded at a time.
// 2. Decode: the worker reports the size, then the frames. With the first frame `loadGif` resolves,
//    and Ink prints the picture's placeholders.
// 3. Play: one timer for all pictures shows the frames that are due. A picture moves only while a
//    part of it is on the screen and the reader wants it to play. None moves while the window has
//    no focus or somebody scrolls.
// 4. Evicted: out of sight, when others need its memory. `holdsPicture` says so, and the app loads
//    it again.
// 5. Closed: the decoder stops, and the terminal is told to delete the images that it has.

/** Pictures move again so many milliseconds after the last scrolling. */
const SCROLL_PAUSE_MS = 300

export function createGifStage(options: StageOptions): GifStage {
  const { graphics, stdout } = options
  return graphics === 'text' ? textStage(stdout) : new TerminalStage(options, graphics)
}

class TerminalStage implements GifStage {
  readonly stdout: NodeJS.WriteStream
  readonly graphics: Exclude<GraphicsLevel, 'text'>
  readonly #clock: Clock
  readonly #stdout: NodeJS.WriteStream
  readonly #options: StageOptions
  #painter: Painter
  /** What tmux needs around a command, where it passes kitty's graphics on. */
  readonly #wrap: (text: string) => string
  readonly #uplink: TerminalUplink
  readonly #compositor: PictureCompositor
  readonly #drawings: DrawingQueue
  readonly #pictures: StagePictureCache<PaintedPicture>
  readonly #decoder = new GifDecoder()
  readonly #motion: Motion
  /** One GIF is decoded at a time, so that keys keep a core to themselves. */
  #queue: Promise<unknown> = Promise.resolve()
  #cancelTick: (() => void) | undefined
  #lastTickAt = Number.NEGATIVE_INFINITY
  /** For so many milliseconds after that tick, nothing is drawn over the network. */
  #restMs = 0
  /** Until then, the reader counts as scrolling. */
  #stillUntil = Number.NEGATIVE_INFINITY
  #onEnd: ((picture: GifPicture) => void) | undefined
  #isFocused = true
  #isClosed = false

  constructor(options: StageOptions, graphics: Exclude<GraphicsLevel, 'text'>) {
    this.graphics = graphics
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#motion = options.motion ?? 'full'
    this.#stdout = options.stdout
    this.#options = options
    this.#wrap = options.report?.outer === undefined ? text => text : throughTmux
    this.#uplink = new TerminalUplink(options.stdout, options.pace, this.#wrap)
    this.#drawings = new DrawingQueue(options.pace)
    this.#painter = this.#createPainter(options.report ?? SILENT_REPORT)
    this.#pictures = new StagePictureCache(options.cacheBytes ?? this.#painter.cacheBytes)
    this.#compositor = new PictureCompositor({
      stdout: options.stdout,
      pace: options.pace,
      hasIds: this.#painter.format.type === 'images' || (options.depth ?? 'truecolor') === 'truecolor',
      isSynchronized: options.report?.hasSynchronizedOutput ?? false,
      draw: span => this.#draw(span),
      onPictures: () => {
        this.#schedule()
        return this.#drawings.endPrinting()
      },
      farewell: () => this.#freeAllPictures(),
    })
    this.stdout = this.#compositor.stdout
  }

  prepareDecoder(): void {
    if (!this.#isClosed) this.#decoder.startWorker()
  }

  loadGif(bytes: Uint8Array, box: CellArea): Promise<GifPicture> {
    const { promise, resolve, reject } = Promise.withResolvers<GifPicture>()
    this.#queue = this.#queue.then(() => this.#decode(bytes, box, resolve)).catch(reject)
    return promise
  }

  readonly holdsPicture = ({ id }: GifPicture): boolean => this.#pictures.has(id)

  setPlaying({ id }: GifPicture, isPlaying: boolean): void {
    const picture = this.#pictures.get(id)
    if (picture === undefined || picture.isPlaying === isPlaying) return
    picture.isPlaying = isPlaying
    if (picture.hasPlayed(this.#clock.now())) picture.playback.restart(this.#clock.now())
    this.#schedule()
  }

  readonly watchEnds: GifStage['watchEnds'] = listener => {
    this.#onEnd = listener
  }

  pauseForScroll(): void {
    this.#stillUntil = this.#clock.now() + SCROLL_PAUSE_MS
    this.#schedule()
  }

  setFocused(isFocused: boolean): void {
    this.#isFocused = isFocused
    this.#schedule()
  }

  /**
   * Waits for the GIF being decoded, since all its frames have one size. Half blocks need nothing:
   * they are cells, whatever the size of those.
   */
  setCellSize(cell: CellSize): Promise<boolean> {
    const changed = this.#queue.then(() => {
      if (this.#isClosed || this.#painter.format.type === 'cells') return false
      for (const picture of this.#pictures.values()) this.#painter.freePicture(picture)
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
    this.#decoder.stopDecoding()
    this.#cancelTick?.()
    this.#uplink.closeUplink()
    this.#pictures.clear()
    this.#stdout.write(this.#freeAllPictures())
  }

  #freeAllPictures = (): string => this.#wrap(this.#painter.freeAllPictures())

  #createPainter(report: TerminalReport): Painter {
    const { stdout, depth = 'truecolor', pace } = this.#options
    return createPainter(this.graphics, {
      report,
      depth,
      shortestMs: shortestGifFrameMs(this.#motion),
      isRemote: pace !== undefined,
      isAtFullPace: this.#motion === 'full',
      rowsOnScreen: () => stdout.rows || 24,
      mostBytes: () => pace?.mostBytes ?? Number.POSITIVE_INFINITY,
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
    let picture: PaintedPicture | undefined
    // The decoder takes the bytes away from whoever gives them to it.
    const file = this.#painter.openPicture === undefined ? undefined : Uint8Array.from(bytes)
    const decoding = this.#decoder.decodeInWorker(
      { bytes, box: fitting, format: this.#painter.format },
      {
        onSize: (area, plays) => {
          picture = new PaintedPicture(this.#newId(), area, this.#motion !== 'none', plays)
          this.#pictures.add(picture)
          if (file !== undefined) this.#painter.openPicture?.(picture, file)
        },
        onFrame: frame => {
          if (picture === undefined || !this.#pictures.has(picture.id)) return
          this.#painter.addFrame(picture, frame)
          onFirstFrame(picture)
          this.#schedule()
        },
      },
    )
    // Frames that came before a decoder was stopped play on. If there is none, `loadGif` rejects.
    const lastMs = await decoding.catch(() => 0)
    if (picture !== undefined) this.#painter.endFrames(picture, lastMs)
    const seen = this.#compositor.seenPictures()
    const dropped = this.#pictures.evictUnused(id => id === picture?.id || seen.has(id))
    for (const each of dropped) this.#painter.freePicture(each)
    this.#schedule()
    await decoding
  }

  /** At random, so that it is hardly the id of another program in the same terminal. */
  #newId(): number {
    const id = randomInt(1, 0x1000000)
    return this.#pictures.has(id) ? this.#newId() : id
  }

  #draw(span: PictureSpan): string {
    const frame = this.#pictures.get(span.picture)?.shownFrame
    if (frame === undefined) return ' '.repeat(span.length)
    const drawing = this.#painter.drawSpan(span, frame)
    // Placeholders are short, and a terminal with images shows them by these alone.
    return this.#painter.format.type === 'images' ? drawing : this.#drawings.printSpan(span, drawing)
  }

  /** Sets the timer for the next frame that is due. No timer runs while nothing moves. */
  #schedule(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
    if (this.#isClosed) return
    const now = this.#clock.now()
    const due = this.#movingPictures(now).flatMap(picture => picture.dueIn(now) ?? [])
    if (now < this.#stillUntil) due.push(this.#stillUntil - now)
    const overlayIn = this.#painter.settleOverlay?.(now, this.#compositor.seenSpans(), this.#pictureOf)
    if (overlayIn !== undefined) due.push(overlayIn)
    if (this.#drawings.hasWaiting) due.push(0)
    if (due.length === 0) return
    const pause = this.#lastTickAt + Math.max(shortestGifFrameMs(this.#motion), this.#restMs) - now
    this.#cancelTick = this.#clock.after(Math.max(pause, Math.min(...due)), () => {
      this.#tick()
      this.#endPictures(this.#clock.now())
      this.#schedule()
    })
  }

  #tick(): void {
    const now = this.#clock.now()
    this.#lastTickAt = now
    this.#restMs = 0
    if (this.#compositor.isBehind) return
    this.#drawings.addOwed(this.#compositor.seenSpans(), (row, span) => this.#drawAt(row, span))
    if (!this.#drawings.hasWaiting) this.#takeStep(now)
    this.#restMs = this.#compositor.paintDrawing(this.#drawings.takeDrawing(this.#compositor.seenSpans()))
  }

  /** Stops the pictures that have played as often as they shall. */
  #endPictures(now: number): void {
    for (const picture of this.#movingPictures(now).filter(each => each.hasPlayed(now))) {
      picture.isPlaying = false
      this.#onEnd?.(picture)
    }
  }

  #drawAt(row: number, span: PictureSpan): string {
    const frame = this.#pictures.get(span.picture)?.shownFrame
    return frame === undefined ? '' : moveToSpanSequence(row, span) + this.#painter.drawSpan(span, frame)
  }

  /** Goes on to the frames that are due. What changes is drawn piece by piece. */
  #takeStep(now: number): void {
    const steps = new Map(
      this.#movingPictures(now).flatMap(picture => {
        const index = picture.animation.frameAt(picture.playback.playedMs(now))
        const [from, to] = [picture.shownFrame, picture.frames[index]]
        return from === undefined || to === undefined || from === to
          ? []
          : [[picture.id, { picture, index, from, to }]]
      }),
    )
    const changes = Array.from(this.#compositor.seenSpans(), ([row, span]) => {
      const step = steps.get(span.picture)
      const text = step === undefined ? '' : this.#painter.changeSpan(row, span, step.from, step.to)
      return { row, span, text }
    })
    this.#drawings.addPieces(changes.filter(({ text }) => text !== ''))
    for (const { picture, index } of steps.values()) picture.shownIndex = index
    const overlay = this.#painter.drawOverlay?.(now, this.#compositor.seenSpans(), this.#pictureOf)
    this.#drawings.addPieces(overlay ?? [])
  }

  readonly #pictureOf = (id: number): PaintedPicture | undefined => this.#pictures.get(id)

  /** Starts and stops pictures as the conditions for playing say; returns those that move. */
  #movingPictures(now: number): readonly PaintedPicture[] {
    const seen = this.#compositor.seenPictures()
    const mayMove = this.#isFocused && now >= this.#stillUntil
    const pictures = [...this.#pictures.values()]
    for (const picture of pictures) {
      const isMoving = mayMove && picture.isPlaying && seen.has(picture.id)
      if (picture.playback.setMoving(isMoving, now)) this.#painter.setMoving(picture, isMoving)
    }
    return pictures.filter(picture => picture.playback.isMoving)
  }
}
