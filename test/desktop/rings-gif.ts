import { type Rgb, writeGif } from '../support/gif-writer.ts'

const FRAMES = 12

/** Rings of colour that run outward, from corner to corner. */
export function ringsGif({ width = 240, height = 120, delayMs = 130 } = {}): Buffer {
  const palette: Rgb[] = Array.from({ length: 64 }, (_, index) => {
    const wave = (shift: number) => Math.round(127 + 120 * Math.sin((index / 64) * 2 * Math.PI + shift))
    return [wave(0), wave(2.1), wave(4.2)]
  })
  const frames = Array.from({ length: FRAMES }, (_, frame) => ({
    width,
    height,
    delayMs,
    indices: Uint8Array.from({ length: width * height }, (_, place) => {
      const x = (place % width) - width / 2
      const y = Math.floor(place / width) - height / 2
      const distance = Math.hypot(x, y * 1.2)
      return Math.floor(distance * 1.6 - (frame / FRAMES) * 64 + 128) & 63
    }),
  }))
  return writeGif({ width, height, palette, loops: 0, frames })
}
