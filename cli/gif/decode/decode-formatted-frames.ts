import { deflateSync } from 'node:zlib'
import type { GifScan } from '../../../gif/gif-walker.ts'
import { cellColor } from '../../terminal/color/colors.ts'
import type { KittyPixels } from '../../terminal/draw/kitty-graphics.ts'
import { sixelSequence } from '../../terminal/draw/sixel.ts'
import { gifFrameMs } from '../gif-animation.ts'
import { decodeGif } from './decode-gif.ts'
import { DecodedFrameBudget, planDecodedFrames } from './decoded-frame-plan.ts'
import type { FormattedFrame, FrameFormat } from './frame-format.ts'
import { GifCanvasScaler, type PixelSize } from './gif-canvas-scaler.ts'
import { type PicturePlacement, putInPlace, scalePlacement } from './picture-placement.ts'

type ImageFormat = Extract<FrameFormat, { type: 'images' }>
type SixelFormat = Extract<FrameFormat, { type: 'sixels' }>

/** A fast level of zlib: the network may be slow, but the decoder has 5 s for a whole GIF. */
const COMPRESSION_LEVEL = 4

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
    yield { type: 'cells', colors: Int32Array.from(pixels, pixel => cellColor(pixel, format.depth)), delayMs }
  }
  return 0
}

/** The frames with what is around the GIF. */
function* placedFrames(scan: GifScan, placement: PicturePlacement): ReturnType<typeof decodeGif> {
  for (const { pixels, delayMs } of decodeGif(scan, placement.inner))
    yield { pixels: putInPlace(pixels, placement), delayMs }
}

function* imageFrames(
  scan: GifScan,
  full: PicturePlacement,
  format: ImageFormat,
): Generator<FormattedFrame, number> {
  const delays = scan.frames.map(({ delayMs }) => delayMs)
  const { frames, scale } = planDecodedFrames(delays, firstImage(scan, full).data.length, format)
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
  const { depth, ground, shortestMs } = format
  const { area, size } = placement
  const cells = new GifCanvasScaler(size, { width: area.columns, height: area.rows * 2 })
  const budget = new DecodedFrameBudget(format.maxBytes)
  let time = 0
  let free = 0
  for (const { pixels, delayMs } of placedFrames(scan, placement)) {
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
