import type { PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import {
  type KittyPixels,
  type KittyRunState,
  kittyFirstGapSequence,
  kittyFrameSequence,
  kittyFreeSequence,
  kittyImageSequence,
  kittyRunSequence,
} from '../../terminal/draw/kitty-graphics.ts'
import { placeholderCells } from '../../terminal/draw/placeholder.ts'
import type { TerminalUplink } from '../../terminal/draw/terminal-uplink.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { PaintedPicture } from './painted-picture.ts'
import type { Painter } from './painter.ts'

interface Upload {
  /** How many were handed to the uplink. */
  frames: number
  /** The newest frame, which waits until it is known how long it is shown. */
  held: KittyPixels | undefined
  isComplete: boolean
  isMoving: boolean
  runState: KittyRunState
  readonly plays: number
}

/** Gives the terminal whole animations, which it plays where the placeholders are. */
export class KittyPainter implements Painter {
  readonly format: FrameFormat
  /** Of uncompressed pixels, as the terminal keeps them. Kitty keeps 320 MB for one window. */
  readonly cacheBytes = 128 * 1024 * 1024
  readonly #uplink: TerminalUplink
  readonly #uploads = new Map<number, Upload>()

  constructor(format: FrameFormat, uplink: TerminalUplink) {
    this.format = format
    this.#uplink = uplink
  }

  addFrame(picture: PaintedPicture, frame: FormattedFrame): void {
    if (frame.type !== 'image') return
    const { id } = picture
    const { pixels, previousMs } = frame
    picture.bytes += pixels.width * pixels.height * 4
    const upload = this.#uploads.get(id)
    if (upload === undefined) {
      this.#uploads.set(id, {
        frames: 1,
        held: undefined,
        isComplete: false,
        isMoving: false,
        runState: 'stopped',
        plays: picture.plays,
      })
      this.#uplink.sendPicture(id, kittyImageSequence(picture, pixels))
      picture.frames.push({ image: id })
      return
    }
    this.#release(id, upload, previousMs)
    picture.animation.addFrame(previousMs)
    upload.held = pixels
    this.#run(id, upload)
  }

  endFrames({ id, animation }: PaintedPicture, lastMs: number): void {
    const upload = this.#uploads.get(id)
    if (upload?.held === undefined) return
    animation.addFrame(lastMs)
    animation.endFrames()
    this.#release(id, upload, lastMs)
    upload.isComplete = true
    this.#run(id, upload)
  }

  setMoving({ id }: PaintedPicture, isMoving: boolean): void {
    const upload = this.#uploads.get(id)
    if (upload === undefined) return
    upload.isMoving = isMoving
    this.#run(id, upload)
  }

  drawSpan(span: PictureSpan): string {
    return placeholderCells(span.pictureRow, span.pictureColumn, span.length)
  }

  changeSpan(): string {
    return ''
  }

  freePicture({ id }: PaintedPicture): void {
    this.#uplink.dropPicture(id)
    this.#uploads.delete(id)
    this.#uplink.sendPicture(id, kittyFreeSequence(id))
  }

  freeAllPictures(): string {
    return [...this.#uploads.keys()].map(kittyFreeSequence).join('')
  }

  /** Sends the waiting frame, now that it is known how long it is shown. */
  #release(id: number, upload: Upload, shownMs: number): void {
    if (upload.held === undefined) {
      this.#uplink.sendPicture(id, kittyFirstGapSequence(id, shownMs))
      return
    }
    this.#uplink.sendPicture(id, kittyFrameSequence(id, shownMs, upload.held))
    upload.held = undefined
    upload.frames++
  }

  #run(id: number, upload: Upload): void {
    const wanted =
      !upload.isMoving || upload.frames < 2 ? 'stopped' : upload.isComplete ? 'looping' : 'loading'
    if (wanted === upload.runState) return
    upload.runState = wanted
    this.#uplink.sendPicture(id, kittyRunSequence(id, wanted, upload.plays))
  }
}
