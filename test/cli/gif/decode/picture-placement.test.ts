import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inflateSync } from 'node:zlib'
import { decodeFormattedFrames } from '../../../../cli/gif/decode/decode-formatted-frames.ts'
import type { FrameFormat } from '../../../../cli/gif/decode/frame-format.ts'
import {
  placeInHalfBlocks,
  placementInCells,
  placePicture,
} from '../../../../cli/gif/decode/picture-placement.ts'
import type { CellSize } from '../../../../cli/terminal/ask/terminal-report.ts'
import { walkGif } from '../../../../gif/gif-walker.ts'
import { type Rgb, writeGif } from '../../../support/gif-writer.ts'
import { readSixels } from '../../../support/screen-images.ts'

const BOX = { columns: 40, rows: 12 }
const CELLS: readonly CellSize[] = [
  { width: 10, height: 20 },
  { width: 9, height: 19 },
  { width: 7, height: 15 },
  { width: 16, height: 34 },
]
const SIDES = [1, 3, 6, 16, 17, 31, 48, 64, 65, 120, 270, 480, 1000]

const images = (cell: CellSize): FrameFormat => ({ type: 'images', cell, shortestMs: 66, maxBytes: 1e7 })
const sixels = (cell: CellSize, ground = 0): FrameFormat => ({
  type: 'sixels',
  depth: 'truecolor',
  cell,
  ground,
  shortestMs: 66,
  maxBytes: 1e7,
})
const cells = (cell: CellSize): FrameFormat => ({ type: 'cells', depth: 'truecolor', cell })

/** Calls `check` for GIFs of many shapes in cells of many shapes, each in all three formats. */
function forMany(
  check: (gif: { width: number; height: number }, cell: CellSize, format: FrameFormat) => void,
): void {
  for (const cell of CELLS)
    for (const format of [images(cell), sixels(cell), cells(cell)])
      for (const width of SIDES) for (const height of SIDES) check({ width, height }, cell, format)
}

const nameOf = (gif: { width: number; height: number }, cell: CellSize, { type }: FrameFormat): string =>
  `${gif.width}×${gif.height} as ${type} in cells of ${cell.width}×${cell.height}`

describe('a picture', () => {
  it('keeps its shape within half a cell, inside its box and its cells', () => {
    forMany((gif, cell, format) => {
      const { area, size, inner } = placePicture(gif, BOX, format)
      const name = nameOf(gif, cell, format)
      assert.ok(area.columns <= BOX.columns && area.rows <= BOX.rows, name)
      assert.ok(inner.left + inner.width <= size.width && inner.top + inner.height <= size.height, name)
      // On the screen, in its pixels.
      const width = (inner.width / size.width) * area.columns * cell.width
      const height = (inner.height / size.height) * area.rows * cell.height
      const isWide = Math.abs(width - (gif.width * height) / gif.height) <= cell.width / 2
      const isHigh = Math.abs(height - (gif.height * width) / gif.width) <= cell.height / 2
      // Nothing is narrower than a pixel.
      const isThin = inner.width === 1 || inner.height === 1
      assert.ok(isWide || isHigh || isThin, `${name}: ${width}×${height} pixels`)
    })
  })

  it('gets no cell that it does not need', () => {
    forMany((gif, cell, format) => {
      const { area, size, inner } = placePicture(gif, BOX, format)
      const name = nameOf(gif, cell, format)
      assert.ok(((size.width - inner.width) * area.columns) / size.width < 1, name)
      assert.ok(((size.height - inner.height) * area.rows) / size.height < 1, name)
    })
  })

  it('has half blocks that it covers by half or more', () => {
    forMany((gif, cell, format) => {
      const { area, size, inner } = placePicture(gif, BOX, format)
      const { size: cells, inner: half } = placementInCells({ area, size, inner })
      const name = nameOf(gif, cell, format)
      assert.deepEqual(cells, { width: area.columns, height: area.rows * 2 }, name)
      for (const [start, length, side, halfSide] of [
        ['left', 'width', 'width', 'width'],
        ['top', 'height', 'height', 'height'],
      ] as const) {
        const scale = cells[halfSide] / size[side]
        const [from, to] = [inner[start] * scale, (inner[start] + inner[length]) * scale]
        const isNear = Math.abs(half[start] - from) <= 0.5 && Math.abs(half[start] + half[length] - to) <= 0.5
        assert.ok(half[start] >= 0 && half[start] + half[length] <= cells[halfSide], name)
        assert.ok(isNear || half[length] === 1, name)
      }
    })
  })

  it('that is pixel art is enlarged in whole steps', () => {
    forMany((gif, cell, format) => {
      const { inner } = placePicture(gif, BOX, format)
      if (format.type === 'cells' || Math.max(gif.width, gif.height) > 64) return
      const step = inner.width / gif.width
      if (Number.isInteger(step)) assert.equal(inner.height / gif.height, step, nameOf(gif, cell, format))
      else assert.ok(step < 1, nameOf(gif, cell, format))
    })
  })

  it('of 16×16 is square, and one of 1000×6 is flat', () => {
    const cell = { width: 10, height: 20 }
    const placed = placePicture({ width: 16, height: 16 }, BOX, images(cell))
    assert.deepEqual(placed.area, { columns: 4, rows: 2 })
    assert.deepEqual(placed.inner, { left: 0, top: 4, width: 32, height: 32 })
    const flat = placePicture({ width: 1000, height: 6 }, BOX, sixels(cell))
    assert.deepEqual(flat.area, { columns: 40, rows: 1 })
    assert.deepEqual(flat.inner, { left: 0, top: 9, width: 400, height: 2 })
    assert.equal(placePicture({ width: 1000, height: 6 }, BOX, cells(cell)).inner.height, 1)
  })

  it('of half blocks fits a box, never enlarges and is never empty', () => {
    const box = { columns: 40, rows: 20 }
    for (const [width, height, columns, rows] of [
      [480, 270, 40, 11],
      [100, 400, 10, 20],
      [6, 4, 6, 2],
      [1280, 1, 40, 1],
      [5, 5, 5, 3],
    ] as const)
      assert.deepEqual(placeInHalfBlocks({ width, height }, box).area, { columns, rows })
  })
})

const RED: Rgb = [255, 0, 0]
const GREEN: Rgb = [0, 255, 0]

/** A chessboard of red and green, whose left column is transparent. */
const CHESSBOARD = writeGif({
  width: 15,
  height: 15,
  palette: [RED, GREEN, GREEN, GREEN],
  frames: [
    {
      width: 15,
      height: 15,
      transparentIndex: 3,
      indices: Uint8Array.from({ length: 225 }, (_, place) =>
        place % 15 === 0 ? 3 : ((place % 15) + Math.floor(place / 15)) % 2,
      ),
    },
  ],
})

/** The `0xAARRGGBB` of a pixel of the chessboard, enlarged twice and `top` pixels down. */
function chessColor(x: number, y: number, top: number): number {
  const [column, row] = [Math.floor(x / 2), Math.floor((y - top) / 2)]
  if (column === 0 || column >= 15 || row < 0 || row >= 15) return 0
  return (column + row) % 2 === 0 ? 0xffff0000 : 0xff00ff00
}

describe('pixel art', () => {
  const cell = { width: 8, height: 16 }
  const scan = walkGif(CHESSBOARD)

  it('stays sharp in kitty, and is transparent around', () => {
    const placement = placePicture(scan, BOX, images(cell))
    const [frame] = decodeFormattedFrames(scan, placement, images(cell))
    assert.ok(frame?.type === 'image')
    const { width, height, data } = frame.pixels
    assert.deepEqual([width, height], [32, 32])
    const pixels = inflateSync(Buffer.from(data, 'base64'))
    for (let place = 0; place < width * height; place++) {
      const color = chessColor(place % width, Math.floor(place / width), 1)
      assert.equal(pixels.readUInt32BE(place * 4), ((color << 8) | (color >>> 24)) >>> 0, `pixel ${place}`)
    }
  })

  for (const [name, ground] of [
    ['dark', 0x1e1e2e],
    ['light', 0xfdf6e3],
  ] as const)
    it(`stays sharp in sixels, on the ${name} background of the terminal`, () => {
      const placement = placePicture(scan, BOX, sixels(cell))
      const [frame] = decodeFormattedFrames(scan, placement, sixels(cell, ground))
      assert.ok(frame?.type === 'cells')
      const { width, pixels } = readSixels(/q(.*)\x1b/s.exec(frame.sixel ?? '')?.[1] ?? '')
      for (const [place, color] of pixels.entries()) {
        const wanted = chessColor(place % width, Math.floor(place / width), 1)
        for (const shift of [16, 8, 0]) {
          const apart = ((color >> shift) & 0xff) - (((wanted === 0 ? ground : wanted) >> shift) & 0xff)
          // Sixels tell colours in percent.
          assert.ok(Math.abs(apart) <= 2, `pixel ${place}: ${color.toString(16)}`)
        }
      }
    })
})
