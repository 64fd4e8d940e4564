import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { CellSize } from '../../terminal/ask/terminal-report.ts'
import type { PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import { HalfBlockWriter, halfBlockCellAt } from '../../terminal/draw/half-blocks.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { PaintedPicture, PictureFrame } from './painted-picture.ts'
import type { Painter } from './painter.ts'

/** Draws pictures as half blocks. For the next frame it draws only the cells that differ. */
export class CellPainter implements Painter {
  readonly format: FrameFormat
  readonly cacheBytes = 32 * 1024 * 1024
  readonly #depth: PictureDepth

  constructor(depth: PictureDepth, cell?: CellSize) {
    this.#depth = depth
    this.format = { type: 'cells', depth, cell }
  }

  addFrame(picture: PaintedPicture, frame: FormattedFrame): void {
    if (frame.type !== 'cells') return
    picture.frames.push({ cells: { columns: picture.columns, colors: frame.colors } })
    picture.bytes += frame.colors.byteLength
    picture.animation.addFrame(frame.delayMs)
  }

  endFrames(picture: PaintedPicture): void {
    picture.animation.endFrames()
  }

  setMoving(): void {}

  drawSpan(span: PictureSpan, frame: PictureFrame): string {
    if (!('cells' in frame)) return ''
    const writer = new HalfBlockWriter(this.#depth, span.background)
    for (let offset = 0; offset < span.length; offset++) {
      writer.addCell(...halfBlockCellAt(frame.cells, span.pictureRow, span.pictureColumn + offset))
    }
    return writer.endBlocks()
  }

  changeSpan(row: number, span: PictureSpan, from: PictureFrame, to: PictureFrame): string {
    if (!('cells' in from && 'cells' in to)) return ''
    const writer = new HalfBlockWriter(this.#depth, span.background)
    let isAtCell = false
    for (let offset = 0; offset < span.length; offset++) {
      const column = span.pictureColumn + offset
      const [upperBefore, lowerBefore] = halfBlockCellAt(from.cells, span.pictureRow, column)
      const [upper, lower] = halfBlockCellAt(to.cells, span.pictureRow, column)
      if (upper === upperBefore && lower === lowerBefore) {
        isAtCell = false
        continue
      }
      if (!isAtCell) writer.moveToCell(row, span.column + offset)
      isAtCell = true
      writer.addCell(upper, lower)
    }
    return writer.endBlocks()
  }

  freePicture(): void {}

  freeAllPictures(): string {
    return ''
  }
}
