import { type Rgb, writeGif } from './gif-writer.ts'

/** Colours far apart, so that a test can tell frames apart at any colour depth. */
const COLORS: readonly Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [0, 255, 255],
  [255, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
]

/** The colour of a frame of `sampleGif`. */
export const sampleColor = (frame: number): Rgb => COLORS[frame % COLORS.length] ?? [0, 0, 0]

/**
 * A small valid GIF, which plays for ever unless it says otherwise. Each frame has one colour,
 * `sampleColor(index)`.
 */
export function sampleGif({
  width = 8,
  height = 8,
  frames = 2,
  delayMs = 100,
  loops = 0,
}: {
  readonly width?: number
  readonly height?: number
  readonly frames?: number
  readonly delayMs?: number
  /** How often it is repeated; 0 is for ever, and with -1 the file does not say. */
  readonly loops?: number
} = {}): Buffer {
  return writeGif({
    width,
    height,
    palette: COLORS,
    ...(loops >= 0 && { loops }),
    frames: Array.from({ length: frames }, (_, frame) => ({
      width,
      height,
      delayMs,
      indices: new Uint8Array(width * height).fill(frame % COLORS.length),
    })),
  })
}
