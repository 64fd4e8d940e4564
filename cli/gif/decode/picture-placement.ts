import type { CellSize } from '../../terminal/ask/terminal-report.ts'
import type { CellArea, FrameFormat } from './frame-format.ts'
import type { Area } from './gif-canvas.ts'
import type { PixelSize } from './gif-canvas-scaler.ts'

/** Where a GIF is within the cells that it gets. */
export interface PicturePlacement {
  readonly area: CellArea
  /** The pixels of all these cells. */
  readonly size: PixelSize
  /** Those that the GIF fills. The others stay transparent, so that it keeps its shape. */
  readonly inner: Area
}

/** For a terminal that does not tell: half a cell is square. */
const USUAL_CELL: CellSize = { width: 1, height: 2 }

/** A pixel of a GIF becomes at most so many pixels of the screen wide and high. */
const LARGEST_PIXEL = 2

/** A GIF of such sides is taken for pixel art: its pixels become squares of one size. */
const PIXEL_ART_SIDE = 64

/** A picture gets no further cell for a smaller part of one. It shrinks by so much instead. */
const SMALLEST_PART = 0.1

/** Places a GIF in a box. It is as large as the box and `LARGEST_PIXEL` allow. */
export const placePicture = (gif: PixelSize, box: CellArea, format: FrameFormat): PicturePlacement =>
  format.type === 'cells'
    ? placeInHalfBlocks(gif, box, format.cell)
    : placeInPixels(gif, box, format.cell, format.type === 'images')

/** No pixel of the GIF gets larger than half a cell. Pixels of the placement are half cells. */
export function placeInHalfBlocks(gif: PixelSize, box: CellArea, cell = USUAL_CELL): PicturePlacement {
  const half = cell.height / 2
  const scale = scaleInBox(gif, box, cell, cell.width)
  // One pixel for each half block, unless that changes the shape by more than half a cell.
  const isExact =
    isPixelArt(gif) &&
    scale === cell.width &&
    gif.height <= box.rows * 2 &&
    Math.abs(gif.height * (half - cell.width)) <= half
  const width = isExact ? gif.width : atLeastOne((gif.width * scale) / cell.width)
  const height = isExact ? gif.height : atLeastOne((gif.height * scale) / half)
  const area = { columns: width, rows: Math.ceil(height / 2) }
  return {
    area,
    size: { width: area.columns, height: area.rows * 2 },
    inner: { left: 0, top: 0, width, height },
  }
}

function placeInPixels(
  gif: PixelSize,
  box: CellArea,
  cell: CellSize,
  isScaledByTerminal: boolean,
): PicturePlacement {
  const largest = scaleInBox(gif, box, cell, LARGEST_PIXEL)
  const isEnlarged = isPixelArt(gif) && largest >= 1
  const scale = isEnlarged ? Math.floor(largest) : largest
  const cells = (pixels: number, side: number) =>
    Math.max(1, Math.ceil((pixels * scale) / side - (isEnlarged ? 0 : SMALLEST_PART)))
  const area = { columns: cells(gif.width, cell.width), rows: cells(gif.height, cell.height) }
  const size = { width: area.columns * cell.width, height: area.rows * cell.height }
  const fitting = Math.min(scale, size.width / gif.width, size.height / gif.height)
  const width = atLeastOne(gif.width * fitting)
  const height = atLeastOne(gif.height * fitting)
  const inner = { left: 0, top: Math.floor((size.height - height) / 2), width, height }
  const placement = { area, size, inner }
  // The terminal enlarges an image itself, but it would smooth the pixels of pixel art.
  if (!isScaledByTerminal || isEnlarged) return placement
  return scalePlacement(placement, Math.min(1, gif.width / width, gif.height / height))
}

/** The same place with fewer pixels. */
export function scalePlacement(placement: PicturePlacement, factor: number): PicturePlacement {
  if (factor === 1) return placement
  const { area, size, inner } = placement
  const width = atLeastOne(size.width * factor)
  const height = atLeastOne(size.height * factor)
  const innerHeight = Math.min(height, atLeastOne(inner.height * factor))
  return {
    area,
    size: { width, height },
    inner: {
      left: 0,
      top: Math.floor((height - innerHeight) / 2),
      width: Math.min(width, atLeastOne(inner.width * factor)),
      height: innerHeight,
    },
  }
}

/** The same place in half cells: all of which at least a half is covered. */
export function placementInCells({ area, size, inner }: PicturePlacement): PicturePlacement {
  const cells = { width: area.columns, height: area.rows * 2 }
  const across = (x: number) => (x * cells.width) / size.width
  const down = (y: number) => (y * cells.height) / size.height
  const left = Math.ceil(across(inner.left) - 0.5)
  const top = Math.ceil(down(inner.top) - 0.5)
  return {
    area,
    size: cells,
    inner: {
      left,
      top,
      width: Math.max(1, Math.floor(across(inner.left + inner.width) + 0.5) - left),
      height: Math.max(1, Math.floor(down(inner.top + inner.height) + 0.5) - top),
    },
  }
}

/** The pixels of the whole placement, from those of the GIF in it. */
export function decodedPixelsInPlace(pixels: Uint32Array, { size, inner }: PicturePlacement): Uint32Array {
  if (inner.width === size.width && inner.height === size.height) return pixels
  const whole = new Uint32Array(size.width * size.height)
  for (let row = 0; row < inner.height; row++)
    whole.set(
      pixels.subarray(row * inner.width, (row + 1) * inner.width),
      (inner.top + row) * size.width + inner.left,
    )
  return whole
}

const isPixelArt = ({ width, height }: PixelSize): boolean => Math.max(width, height) <= PIXEL_ART_SIDE

const scaleInBox = (gif: PixelSize, box: CellArea, cell: CellSize, largest: number): number =>
  Math.min(largest, (box.columns * cell.width) / gif.width, (box.rows * cell.height) / gif.height)

/** Halves go down, so that a picture gets no further row for them. */
const atLeastOne = (length: number): number => Math.max(1, Math.round(length - 1e-9))
