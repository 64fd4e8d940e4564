import { deflateSync } from 'node:zlib'
import type { GifScan } from '../../../gif/gif-walker.ts'
import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import { cellColor } from '../../terminal/color/colors.ts'
import type { KittyPixels } from '../../terminal/draw/kitty-graphics.ts'
import { sixelSequence } from '../../terminal/draw/sixel.ts'
import { gifFrameMs } from '../gif-animation.ts'
import { DecodedFrameBudget, planDecodedFrames } from './decoded-frame-plan.ts'
import type { FormattedFrame, FrameFormat } from './frame-format.ts'
import { GifCanvas } from './gif-canvas.ts'
import type { GifCanvasScaler, PixelSize } from './gif-canvas-scaler.ts'
import {
  decodedPixelsInPlace,
  type PicturePlacement,
  placementInCells,
  scalePlacement,
} from './picture-placement.ts'

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
  const canvas = new GifCanvas(scan)
  const picture = new PlacedPicture(canvas, placement)
  for (const frame of scan.frames) {
    canvas.drawFrame(frame)
    yield { type: 'cells', colors: cellColorsOf(picture.show(), format.depth), delayMs: frame.delayMs }
  }
  return 0
}

function cellColorsOf(pixels: Uint32Array, depth: PictureDepth): Int32Array<ArrayBuffer> {
  const colors = new Int32Array(pixels.length)
  for (let index = 0; index < pixels.length; index++) colors[index] = cellColor(pixels[index] ?? 0, depth)
  return colors
}

/** What a canvas shows, with what is around it in its cells. */
class PlacedPicture {
  readonly #canvas: GifCanvas
  readonly #scaler: GifCanvasScaler
  readonly #placement: PicturePlacement

  constructor(canvas: GifCanvas, placement: PicturePlacement) {
    this.#canvas = canvas
    this.#scaler = canvas.scaledTo(placement.inner)
    this.#placement = placement
  }

  /** `0xAARRGGBB`, row by row. Valid until the next call. */
  show(): Uint32Array {
    return decodedPixelsInPlace(this.#canvas.showOn(this.#scaler), this.#placement)
  }
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
  const canvas = new GifCanvas(scan)
  const picture = new PlacedPicture(canvas, placement)
  const budget = new DecodedFrameBudget(format.maxBytes)
  let lastStart = 0
  for (const [index, frame] of scan.frames.entries()) {
    canvas.drawFrame(frame)
    const startMs = sent.get(index)
    if (startMs === undefined) continue
    const image = imageOf(picture.show(), placement.size)
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
  const { size } = placement
  const canvas = new GifCanvas(scan)
  const picture = new PlacedPicture(canvas, placement)
  const cells = new PlacedPicture(canvas, placementInCells(placement))
  const budget = new DecodedFrameBudget(format.maxBytes)
  const duration = scan.frames.reduce((sum, { delayMs }) => sum + gifFrameMs(delayMs), 0)
  const mostImages = Math.max(1, MOST_SIXEL_PIXELS / (size.width * size.height))
  const shortestMs = Math.max(format.shortestMs, duration / mostImages)
  let time = 0
  let free = 0
  for (const frame of scan.frames) {
    canvas.drawFrame(frame)
    const colors = cellColorsOf(cells.show(), depth)
    const image = time >= free ? sixelSequence(picture.show(), size, ground) : ''
    if (image !== '') free = time + shortestMs
    time += gifFrameMs(frame.delayMs)
    const isKept = image !== '' && budget.takeFrameBytes(image.length, 1)
    yield { type: 'cells', colors, delayMs: frame.delayMs, ...(isKept && { sixel: image }) }
  }
  return 0
}

/** The first frame, by which the bytes of all are estimated. */
function firstImage(scan: GifScan, placement: PicturePlacement): KittyPixels {
  const canvas = new GifCanvas(scan)
  const picture = new PlacedPicture(canvas, placement)
  for (const frame of scan.frames.slice(0, 1)) canvas.drawFrame(frame)
  return imageOf(picture.show(), placement.size)
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
