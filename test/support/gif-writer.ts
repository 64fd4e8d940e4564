/** A colour as red, green and blue. */
export type Rgb = readonly [number, number, number]

/** A frame to write. `indices` are in the order of the picture, and the writer interlaces them. */
export interface FrameToWrite {
  readonly left?: number
  readonly top?: number
  readonly width: number
  readonly height: number
  readonly indices: Uint8Array
  /** A palette of its own. Its length must be a power of two from 2 to 256. */
  readonly palette?: readonly Rgb[]
  readonly transparentIndex?: number
  readonly disposal?: number
  readonly delayMs?: number
  readonly isInterlaced?: boolean
  /** Does not clear a full code table; some encoders never do. */
  readonly keepsFullTable?: boolean
  readonly codeSize?: number
}

export interface GifToWrite {
  readonly width: number
  readonly height: number
  readonly palette?: readonly Rgb[]
  /** How often the GIF plays, and 0 for ever. Without it, the file has no such block. */
  readonly loops?: number
  readonly frames: readonly FrameToWrite[]
  readonly version?: '87a' | '89a'
}

/** Writes a GIF, block by block as GIF89a lays them out. */
export function writeGif(gif: GifToWrite): Buffer {
  return Buffer.concat([
    Buffer.from(`GIF${gif.version ?? '89a'}`),
    uint16(gif.width, gif.height),
    Buffer.from([paletteFlags(gif.palette), 0, 0]),
    paletteBytes(gif.palette),
    gif.loops === undefined ? Buffer.alloc(0) : loopBlock(gif.loops),
    ...gif.frames.map(writeFrame),
    Buffer.from([0x3b]),
  ])
}

/** The application block that says how often a GIF plays. */
export const loopBlock = (loops: number, name = 'NETSCAPE2.0'): Buffer =>
  Buffer.concat([
    Buffer.from([0x21, 0xff, 11]),
    Buffer.from(name),
    Buffer.from([3, 1]),
    uint16(loops),
    Buffer.from([0]),
  ])

/** An extension block with its data in sub-blocks. */
export const extensionBlock = (label: number, data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0x21, label]), subBlocks(data)])

export function writeFrame(frame: FrameToWrite): Buffer {
  const {
    left = 0,
    top = 0,
    width,
    height,
    indices,
    palette,
    transparentIndex,
    disposal = 0,
    delayMs = 0,
  } = frame
  const codeSize =
    frame.codeSize ?? Math.max(2, Math.ceil(Math.log2(indices.reduce((a, b) => Math.max(a, b), 1) + 1)))
  const ordered = frame.isInterlaced === true ? interlace(indices, width, height) : indices
  return Buffer.concat([
    Buffer.from([0x21, 0xf9, 4, (disposal << 2) | (transparentIndex === undefined ? 0 : 1)]),
    uint16(delayMs / 10),
    Buffer.from([transparentIndex ?? 0, 0, 0x2c]),
    uint16(left, top, width, height),
    Buffer.from([paletteFlags(palette) | (frame.isInterlaced === true ? 0x40 : 0)]),
    paletteBytes(palette),
    Buffer.from([codeSize]),
    subBlocks(compress(ordered, codeSize, frame.keepsFullTable === true)),
  ])
}

const uint16 = (...values: number[]): Buffer =>
  Buffer.from(values.flatMap(value => [value & 0xff, value >> 8]))

const paletteFlags = (palette: readonly Rgb[] | undefined): number =>
  palette === undefined ? 0 : 0x80 | (Math.log2(palette.length) - 1)

const paletteBytes = (palette: readonly Rgb[] | undefined): Buffer => Buffer.from((palette ?? []).flat())

function subBlocks(data: Uint8Array): Buffer {
  const parts: Uint8Array[] = []
  for (let start = 0; start < data.length; start += 255) {
    const part = data.subarray(start, start + 255)
    parts.push(Uint8Array.of(part.length), part)
  }
  return Buffer.concat([...parts, Uint8Array.of(0)])
}

function interlace(indices: Uint8Array, width: number, height: number): Uint8Array {
  const rows = Array.from({ length: height }, (_, row) => row)
  const order = [
    ...rows.filter(row => row % 8 === 0),
    ...rows.filter(row => row % 8 === 4),
    ...rows.filter(row => row % 4 === 2),
    ...rows.filter(row => row % 2 === 1),
  ]
  return Uint8Array.from(order.flatMap(row => [...indices.subarray(row * width, (row + 1) * width)]))
}

/** LZW with strings in a map. It is slow but simple. */
function compress(indices: Uint8Array, codeSize: number, keepsFullTable: boolean): Uint8Array {
  const clear = 1 << codeSize
  const bytes: number[] = []
  let bits = 0
  let bitCount = 0
  let width = codeSize + 1
  let next = clear + 2
  let table = new Map<string, number>()
  const put = (code: number) => {
    bits |= code << bitCount
    bitCount += width
    for (; bitCount >= 8; bitCount -= 8, bits >>>= 8) bytes.push(bits & 0xff)
  }
  const codeOf = (text: string): number => (text.length === 1 ? text.charCodeAt(0) : (table.get(text) ?? -1))
  put(clear)
  let current = ''
  for (const index of indices) {
    const longer = current + String.fromCharCode(index)
    if (codeOf(longer) !== -1) {
      current = longer
      continue
    }
    put(codeOf(current))
    if (next < 4096) {
      table.set(longer, next++)
      if (next - 1 === 1 << width && width < 12) width++
    } else if (!keepsFullTable) {
      put(clear)
      table = new Map()
      next = clear + 2
      width = codeSize + 1
    }
    current = String.fromCharCode(index)
  }
  if (current !== '') put(codeOf(current))
  // The reader adds each entry one code later than the writer, so the end code may need one more
  // bit.
  if (next === 1 << width && width < 12) width++
  put(clear + 1)
  if (bitCount > 0) bytes.push(bits & 0xff)
  return Uint8Array.from(bytes)
}
