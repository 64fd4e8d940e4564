import { deflateSync } from 'node:zlib'
import type { GifScan } from '../../../gif/gif-walker.ts'
import { cellColor } from '../../terminal/color/colors.ts'
import type { KittyPixels } from '../../terminal/draw/kitty-graphics.ts'
import { sixelSequence } from '../../terminal/draw/sixel.ts'
import { gifFrameMs } from '../gif-animation.ts'
import { decodedCellsInBox, decodeGif } from './decode-gif.ts'
import { DecodedFrameBudget, planDecodedFrames } from './decoded-frame-plan.ts'
import type { CellArea, FormattedFrame, FrameFormat } from './frame-format.ts'
import { GifCanvasScaler, type PixelSize } from './gif-canvas-scaler.ts'

type ImageFormat = Extract<FrameFormat, { type: 'images' }>
type SixelFormat = Extract<FrameFormat, { type: 'sixels' }>

/** A pixel of a GIF becomes at most so many pixels of the screen wide and high. */
const LARGEST_PIXEL = 2

/** A fast level of zlib: the network may be slow, but the decoder has 5 s for a whole GIF. */
const COMPRESSION_LEVEL = 4

/** The cells that a picture fills within a box. */
export const decodedCellArea = (gif: PixelSize, box: CellArea, format: FrameFormat): CellArea =>
  format.type === 'cells'
    ? decodedCellsInBox(gif, box, format.cell)
    : decodedCellsInBox(gif, box, format.cell, LARGEST_PIXEL)

/**
 * Decodes a GIF into frames of a format; returns how long the last one is shown, if that is open.
 */
export function* decodeFormattedFrames(
  scan: GifScan,
  area: CellArea,
  format: FrameFormat,
): Generator<FormattedFrame, number> {
  if (format.type === 'images') return yield* imageFrames(scan, area, format)
  if (format.type === 'sixels') return yield* sixelFrames(scan, area, format)
  for (const { pixels, delayMs } of decodeGif(scan, { width: area.columns, height: area.rows * 2 })) {
    yield { type: 'cells', colors: Int32Array.from(pixels, pixel => cellColor(pixel, format.depth)), delayMs }
  }
  return 0
}

function* imageFrames(scan: GifScan, area: CellArea, format: ImageFormat): Generator<FormattedFrame, number> {
  const full = pixelsOf(scan, area, format)
  const delays = scan.frames.map(({ delayMs }) => delayMs)
  const { frames, scale } = planDecodedFrames(delays, firstImage(scan, full).data.length, format)
  const sent = new Map(frames.map(({ index, startMs }) => [index, startMs]))
  const size = { width: scaled(full.width, scale), height: scaled(full.height, scale) }
  const budget = new DecodedFrameBudget(format.maxBytes)
  let index = -1
  let lastStart = 0
  for (const { pixels } of decodeGif(scan, size)) {
    index++
    const startMs = sent.get(index)
    if (startMs === undefined) continue
    const image = imageOf(pixels, size)
    if (!budget.takeFrameBytes(image.data.length, index / scan.frames.length)) continue
    yield { type: 'image', pixels: image, previousMs: startMs - lastStart }
    lastStart = startMs
  }
  return delays.reduce((sum, delayMs) => sum + gifFrameMs(delayMs), 0) - lastStart
}

function* sixelFrames(scan: GifScan, area: CellArea, format: SixelFormat): Generator<FormattedFrame, number> {
  const { cell, depth, ground, shortestMs } = format
  const size = { width: area.columns * cell.width, height: area.rows * cell.height }
  const cells = new GifCanvasScaler(size, { width: area.columns, height: area.rows * 2 })
  const budget = new DecodedFrameBudget(format.maxBytes)
  let time = 0
  let free = 0
  for (const { pixels, delayMs } of decodeGif(scan, size)) {
    cells.updateScaled(pixels, { left: 0, top: 0, ...size })
    const colors = Int32Array.from(cells.pixels, pixel => cellColor(pixel, depth))
    const image = time >= free ? sixelSequence(pixels, size, ground) : ''
    if (image !== '') free = time + shortestMs
    time += gifFrameMs(delayMs)
    const isKept = image !== '' && budget.takeFrameBytes(image.length, 1)
    yield { type: 'cells', colors, delayMs, ...(isKept && { sixel: image }) }
  }
  return 0
}

/**
 * As many pixels as the picture has on the screen or the GIF has. Its shape is that of its cells.
 */
function pixelsOf(gif: PixelSize, { columns, rows }: CellArea, { cell }: ImageFormat): PixelSize {
  const width = columns * cell.width
  const height = rows * cell.height
  const share = Math.min(1, gif.width / width, gif.height / height)
  return { width: scaled(width, share), height: scaled(height, share) }
}

const scaled = (side: number, share: number): number => Math.max(1, Math.round(side * share))

/** The first frame, by which the bytes of all are estimated. */
function firstImage(scan: GifScan, size: PixelSize): KittyPixels {
  for (const { pixels } of decodeGif(scan, size)) return imageOf(pixels, size)
  return { ...size, data: '' }
}

function imageOf(pixels: Uint32Array, { width, height }: PixelSize): KittyPixels {
  const bytes = new DataView(new ArrayBuffer(pixels.length * 4))
  // `0xAARRGGBB` becomes red, green, blue, alpha.
  for (let index = 0; index < pixels.length; index++) {
    const pixel = pixels[index] ?? 0
    bytes.setUint32(index * 4, (pixel << 8) | (pixel >>> 24))
  }
  const data = deflateSync(new Uint8Array(bytes.buffer), { level: COMPRESSION_LEVEL }).toString('base64')
  return { width, height, data }
}
