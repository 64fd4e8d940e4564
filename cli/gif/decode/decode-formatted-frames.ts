import { deflateSync } from 'node:zlib'
import type { GifScan } from '../../../gif/gif-walker.ts'
import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import { cellColor } from '../../terminal/color/colors.ts'
import type { KittyPixels } from '../../terminal/draw/kitty-graphics.ts'
import { sixelSequence } from '../../terminal/draw/sixel.ts'
import { gifFrameMs } from '../gif-animation.ts'
import { drawGif } from './decode-gif.ts'
import { DecodedFrameBudget, planDecodedFrames } from './decoded-frame-plan.ts'
import type { FormattedFrame, FrameFormat } from './frame-format.ts'
import { GifCanvasScaler, type PixelSize } from './gif-canvas-scaler.ts'
import { type PicturePlacement, putInPlace, scalePlacement } from './picture-placement.ts'

type ImageFormat = Extract<FrameFormat, { type: 'images' }>
type SixelFormat = Extract<FrameFormat, { type: 'sixels' }>

/** A fast level of zlib: the network may be slow, but the decoder has 5 s for a whole GIF. */
const COMPRESSION_LEVEL = 4

/**
 * Pixels that are packed for a terminal, in all frames of a GIF together. That takes about a
 * second. A GIF with more gets fewer frames a second, or smaller ones.
 */
const MOST_PIXELS = 50_000_000
/** The same for sixels, which take longer to make. */
const MOST_SIXEL_PIXELS = 20_000_000

/**
 * Decodes a GIF into frames of a format; returns how long the last one is shown, if that is open.
 */
export function* decodeFormattedFrames(
  scan: GifScan,
  placement: PicturePlacement,
  format: FrameFormat,
): Generator<FormattedFrame, number> {
  if (format.type === 'images') return yield* imageFrames(scan, placement, format)
  if (format.type === 'sixels') return yield* sixelFrames(scan, placement, format)
  for (const { pixels, delayMs } of placedFrames(scan, placement)) {
    yield { type: 'cells', colors: cellColorsOf(pixels, format.depth), delayMs }
  }
  return 0
}

function cellColorsOf(pixels: Uint32Array, depth: PictureDepth): Int32Array<ArrayBuffer> {
  const colors = new Int32Array(pixels.length)
  for (let index = 0; index < pixels.length; index++) colors[index] = cellColor(pixels[index] ?? 0, depth)
  return colors
}

interface PlacedFrame {
  /** `0xAARRGGBB`, row by row. Valid until the next frame. */
  readonly pixels: Uint32Array
  readonly delayMs: number
}

/** The frames with what is around the GIF. */
function* placedFrames(scan: GifScan, placement: PicturePlacement): Generator<PlacedFrame> {
  const scaler = new GifCanvasScaler(scan, placement.inner)
  for (const { delayMs } of drawGif(scan, scaler))
    yield { pixels: putInPlace(scaler.pixels, placement), delayMs }
}

function* imageFrames(
  scan: GifScan,
  full: PicturePlacement,
  format: ImageFormat,
): Generator<FormattedFrame, number> {
  const delays = scan.frames.map(({ delayMs }) => delayMs)
  const first = { bytes: firstImage(scan, full).data.length, pixels: full.size.width * full.size.height }
  const { frames, scale } = planDecodedFrames(delays, first, { ...format, maxPixels: MOST_PIXELS })
  const sent = new Map(frames.map(({ index, startMs }) => [index, startMs]))
  const placement = scalePlacement(full, scale)
  const budget = new DecodedFrameBudget(format.maxBytes)
  let index = -1
  let lastStart = 0
  for (const { pixels } of placedFrames(scan, placement)) {
    index++
    const startMs = sent.get(index)
    if (startMs === undefined) continue
    const image = imageOf(pixels, placement.size)
    if (!budget.takeFrameBytes(image.data.length, index / scan.frames.length)) continue
    yield { type: 'image', pixels: image, previousMs: startMs - lastStart }
    lastStart = startMs
  }
  return delays.reduce((sum, delayMs) => sum + gifFrameMs(delayMs), 0) - lastStart
}

function* sixelFrames(
  scan: GifScan,
  placement: PicturePlacement,
  format: SixelFormat,
): Generator<FormattedFrame, number> {
  const { depth, ground } = format
  const { area, size } = placement
  const cells = new GifCanvasScaler(size, { width: area.columns, height: area.rows * 2 })
  const shown = new Int32Array(size.width * size.height)
  const budget = new DecodedFrameBudget(format.maxBytes)
  const duration = scan.frames.reduce((sum, { delayMs }) => sum + gifFrameMs(delayMs), 0)
  const mostImages = Math.max(1, MOST_SIXEL_PIXELS / shown.length)
  const shortestMs = Math.max(format.shortestMs, duration / mostImages)
  let time = 0
  let free = 0
  for (const { pixels, delayMs } of placedFrames(scan, placement)) {
    scaleAgain(pixels, size, shown, cells)
    const image = time >= free ? sixelSequence(pixels, size, ground) : ''
    if (image !== '') free = time + shortestMs
    time += gifFrameMs(delayMs)
    const isKept = image !== '' && budget.takeFrameBytes(image.length, 1)
    const colors = cellColorsOf(cells.pixels, depth)
    yield { type: 'cells', colors, delayMs, ...(isKept && { sixel: image }) }
  }
  return 0
}

/** Scales a scaled picture once more. `shown` is the picture before, and becomes this one. */
function scaleAgain(
  pixels: Uint32Array,
  { width, height }: PixelSize,
  shown: Int32Array,
  scaler: GifCanvasScaler,
): void {
  const row = new Int32Array(width)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = pixels[y * width + x] ?? 0
      row[x] = pixel === 0 ? 0 : pixel | 0xff000000
    }
    const before = shown.subarray(y * width, (y + 1) * width)
    scaler.changeRow(y, 0, before, row)
    before.set(row)
  }
  scaler.updatePixels()
}

/** The first frame, by which the bytes of all are estimated. */
function firstImage(scan: GifScan, placement: PicturePlacement): KittyPixels {
  for (const { pixels } of placedFrames(scan, placement)) return imageOf(pixels, placement.size)
  return { ...placement.size, data: '' }
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
