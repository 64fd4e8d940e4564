import type { GifLimits } from '../../../gif/gif-limits.ts'
import type { GifScan } from '../../../gif/gif-walker.ts'
import type { Area } from '../decode/gif-canvas.ts'
import { type FramePalette, shrunkPaletteFor } from './frame-palette.ts'
import { type GifPictureState, type Reduction, shrunkGifPictures, shrunkGifSize } from './gif-pictures.ts'
import { type FrameToWrite, GifWriter } from './gif-writer.ts'

/** The longest that a GIF can show a frame, in hundredths of a second. */
const LONGEST_DELAY = 65_535

/**
 * Writes a GIF anew: each frame has only what differs from the picture before. Without a reduction
 * every picture stays as it is, pixel by pixel, if no frame needs more than 255 colours. Returns
 * `undefined` as soon as the file has more frames or bytes than it may have.
 */
export function rewriteGif(
  scan: GifScan,
  reduction: Reduction,
  most: Pick<GifLimits, 'bytes' | 'frames'>,
): Uint8Array<ArrayBuffer> | undefined {
  const survey = surveyPictures(scan, reduction)
  if (survey.pictures > most.frames) return undefined
  const size = shrunkGifSize(scan, reduction)
  const writer = new GifWriter(size, scan.plays, survey.shared)
  let waiting: FrameToWrite | undefined
  for (const frame of differences(scan, reduction, survey)) {
    if (waiting !== undefined && frame.indices === undefined) {
      waiting = { ...waiting, delay: Math.min(LONGEST_DELAY, waiting.delay + frame.delay) }
      continue
    }
    if (waiting !== undefined) writer.addFrame(waiting)
    if (writer.length > most.bytes) return undefined
    waiting = { ...frame, indices: frame.indices ?? NOTHING.indices }
  }
  if (waiting !== undefined) writer.addFrame(waiting)
  const file = writer.endFile()
  return file.length > most.bytes ? undefined : file
}

interface Survey {
  /** How many pictures differ from the one before. Each takes a frame. */
  readonly pictures: number
  /** Whether a pixel becomes transparent again. Then each frame is cleared before the next. */
  readonly isCleared: boolean
  /** The palette of all frames, if there are few enough colours. */
  readonly shared: FramePalette | undefined
}

/** A frame, or `undefined` as its indices if the picture is the same as before. */
type Difference = Omit<FrameToWrite, 'indices'> & { readonly indices: Uint8Array | undefined }

/** A frame of one transparent pixel. */
const NOTHING = {
  area: { left: 0, top: 0, width: 1, height: 1 },
  palette: shrunkPaletteFor(new Map()),
  indices: Uint8Array.of(0),
}

/** Looks at all pictures once, before they are written. */
function surveyPictures(scan: GifScan, reduction: Reduction): Survey {
  const size = shrunkGifSize(scan, reduction)
  const before = new Uint32Array(size.width * size.height)
  const colors = new Map<number, number>()
  let pictures = 0
  let isCleared = false
  for (const { pixels, firstRow, endRow } of shrunkGifPictures(scan, reduction)) {
    let isChanged = false
    for (let at = firstRow * size.width; at < endRow * size.width; at++) {
      const pixel = pixels[at] ?? 0
      if (pixel === before[at]) continue
      isChanged = true
      if (pixel === 0) isCleared = true
      else if (colors.size <= 255) colors.set(pixel & 0xffffff, 1)
      before[at] = pixel
    }
    if (isChanged) pictures++
  }
  return { pictures, isCleared, shared: colors.size <= 255 ? shrunkPaletteFor(colors) : undefined }
}

function* differences(scan: GifScan, reduction: Reduction, survey: Survey): Generator<Difference> {
  const size = shrunkGifSize(scan, reduction)
  const before = new Uint32Array(size.width * size.height)
  const nothing = new Uint32Array(size.width * size.height)
  const ground = survey.isCleared ? nothing : before
  for (const picture of shrunkGifPictures(scan, reduction)) {
    const { pixels, shownMs, firstRow, endRow } = picture
    const changed = areaOfChange(picture, before, size.width, firstRow, endRow)
    const delay = Math.min(LONGEST_DELAY, Math.round(shownMs / 10))
    const facts = { delay, isCleared: survey.isCleared }
    const area = survey.isCleared ? areaOfChange(picture, nothing, size.width, 0, size.height) : changed
    const palette = area && (survey.shared ?? shrunkPaletteFor(countColors(pixels, ground, area, size.width)))
    if (changed === undefined) yield { ...facts, ...NOTHING, indices: undefined }
    else if (area === undefined || palette === undefined) yield { ...facts, ...NOTHING }
    else yield { ...facts, area, palette, indices: indicesOf(pixels, ground, area, size.width, palette) }
    before.set(pixels.subarray(firstRow * size.width, endRow * size.width), firstRow * size.width)
  }
}

/** The smallest rectangle outside of which nothing differs; `undefined` if nothing does. */
function areaOfChange(
  { pixels }: GifPictureState,
  before: Uint32Array,
  width: number,
  firstRow: number,
  endRow: number,
): Area | undefined {
  let [left, top, right, bottom] = [width, -1, 0, 0]
  for (let y = firstRow; y < endRow; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x] === before[y * width + x]) continue
      if (top === -1) top = y
      bottom = y + 1
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
    }
  }
  return top === -1 ? undefined : { left, top, width: right - left, height: bottom - top }
}

function countColors(
  pixels: Uint32Array,
  before: Uint32Array,
  area: Area,
  width: number,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (let y = area.top; y < area.top + area.height; y++) {
    for (let at = y * width + area.left; at < y * width + area.left + area.width; at++) {
      const pixel = pixels[at] ?? 0
      if (pixel === 0 || pixel === before[at]) continue
      const color = pixel & 0xffffff
      counts.set(color, (counts.get(color) ?? 0) + 1)
    }
  }
  return counts
}

/** What is as before is transparent. */
function indicesOf(
  pixels: Uint32Array,
  before: Uint32Array,
  area: Area,
  width: number,
  { colors, indexOf }: FramePalette,
): Uint8Array {
  const indices = new Uint8Array(area.width * area.height)
  const transparent = colors.length
  let place = 0
  for (let y = area.top; y < area.top + area.height; y++) {
    for (let at = y * width + area.left; at < y * width + area.left + area.width; at++) {
      const pixel = pixels[at] ?? 0
      const isNew = pixel !== 0 && pixel !== before[at]
      indices[place++] = isNew ? (indexOf.get(pixel & 0xffffff) ?? transparent) : transparent
    }
  }
  return indices
}
