/** A palette has at most so many colours. One place is kept for the transparent index. */
const MOST_COLORS = 255

/** Colours of a frame, and the index by which each of its pixels is written. */
export interface FramePalette {
  /** `0xRRGGBB`, at most 255 of them. */
  readonly colors: readonly number[]
  /** By `0xRRGGBB`. */
  readonly indexOf: ReadonlyMap<number, number>
}

/**
 * The palette for pixels that occur so often. Up to 255 colours stay as they are. More are put into
 * boxes, each of which becomes one colour (median cut, Heckbert 1982).
 */
export function shrunkPaletteFor(counts: ReadonlyMap<number, number>): FramePalette {
  if (counts.size <= MOST_COLORS) return exactPalette([...counts.keys()])
  let boxes: readonly Box[] = [boxOf([...counts].map(([color, count]) => ({ color, count })))]
  while (boxes.length < MOST_COLORS) {
    const widest = boxes.reduce((a, b) => (b.spread * b.weight > a.spread * a.weight ? b : a))
    if (widest.entries.length < 2) break
    boxes = [...boxes.filter(box => box !== widest), ...halvesOf(widest)]
  }
  const indexOf = new Map<number, number>()
  for (const [index, { entries }] of boxes.entries())
    for (const { color } of entries) indexOf.set(color, index)
  return { colors: boxes.map(meanOf), indexOf }
}

const exactPalette = (colors: readonly number[]): FramePalette => ({
  colors,
  indexOf: new Map(colors.map((color, index) => [color, index])),
})

interface Entry {
  readonly color: number
  readonly count: number
}

/** Colours that lie together. `shift` says which channel is the widest. */
interface Box {
  readonly entries: readonly Entry[]
  readonly shift: number
  /** From the least to the most of that channel. */
  readonly spread: number
  /** Pixels. */
  readonly weight: number
}

function boxOf(entries: readonly Entry[]): Box {
  let [shift, spread] = [16, -1]
  for (const channel of [16, 8, 0]) {
    let [least, most] = [255, 0]
    for (const { color } of entries) {
      const value = (color >> channel) & 0xff
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
    if (most - least > spread) [shift, spread] = [channel, most - least]
  }
  return { entries, shift, spread, weight: entries.reduce((sum, { count }) => sum + count, 0) }
}

/** Two boxes with as many pixels each, as far as that is possible. */
function halvesOf({ entries, shift, weight }: Box): readonly Box[] {
  const sorted = entries.toSorted((a, b) => ((a.color >> shift) & 0xff) - ((b.color >> shift) & 0xff))
  let [cut, before] = [0, 0]
  while (cut < sorted.length - 1 && (cut === 0 || before < weight / 2)) before += sorted[cut++]?.count ?? 0
  return [boxOf(sorted.slice(0, cut)), boxOf(sorted.slice(cut))]
}

function meanOf({ entries, weight }: Box): number {
  const mean = (shift: number): number =>
    Math.round(entries.reduce((sum, { color, count }) => sum + ((color >> shift) & 0xff) * count, 0) / weight)
  return (mean(16) << 16) | (mean(8) << 8) | mean(0)
}
