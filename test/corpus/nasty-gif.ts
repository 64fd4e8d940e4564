import { type Random, seededRandom } from '../support/gif-random.ts'
import { extensionBlock, loopBlock, type Rgb, writeGif } from '../support/gif-writer.ts'
import { control, type MadeGif, TRAILER } from './case-blocks.ts'

/** Sub-blocks may be cut anywhere; these sizes are the usual and the extreme ones. */
const CUTS = [1, 2, 3, 17, 254, 255] as const

/**
 * A random file that is hard to unpack: codes of any size, clear codes anywhere or none where the
 * table is full, sub-blocks cut anywhere, codes missing or left over, other blocks between.
 */
export function nastyGif(seed: number): MadeGif {
  const random = seededRandom(seed)
  const side = random(8) === 0 ? 150 : 40
  const [width, height] = [1 + random(side), 1 + random(side)]
  const palette = random(4) === 0 ? undefined : colors(random)
  const head = writeGif({ width, height, ...(palette && { palette }), frames: [] }).subarray(0, -1)
  // What the background is and how wide pixels are means nothing to browsers.
  head.set([random(256), random(256)], 11)
  const frames = Array.from({ length: 1 + random(7) }, () => nastyFrame(random, width, height))
  const blocks = frames.flatMap(frame => [
    ...Array.from({ length: random(3) }, () => otherBlock(random)),
    ...(random(6) === 0 ? [] : [nastyControl(random)]),
    ...(random(4) === 0 ? [otherBlock(random)] : []),
    frame,
  ])
  return { name: `nasty ${seed}`, bytes: Buffer.concat([head, ...blocks, TRAILER]) }
}

function otherBlock(random: Random): Uint8Array {
  const data = Uint8Array.from({ length: random(random(4) === 0 ? 600 : 20) }, () => random(256))
  switch (random(6)) {
    case 0:
      return loopBlock(random(5))
    case 1:
      return loopBlock(random(70_000) & 0xffff, 'ANIMEXTS1.0')
    case 2:
      // A plain text, whose head has 12 bytes.
      return Buffer.concat([
        Uint8Array.of(0x21, 1, 12),
        Buffer.alloc(12),
        extensionBlock(0, data).subarray(2),
      ])
    case 3:
      return extensionBlock(0xff, Buffer.concat([Buffer.from('XMP DataXMP'), data]))
    case 4:
      return extensionBlock(random(256) | 2, data).map((byte, at) =>
        at === 1 && byte === 0xf9 ? 0xfe : byte,
      )
    default:
      return extensionBlock(0xfe, data)
  }
}

function nastyControl(random: Random): Uint8Array {
  const flags = (random(8) << 5) | (random(8) << 2) | random(4)
  const delay = [0, 1, 2, 5, 9, 300][random(6)] ?? 0
  return control(4, flags, delay & 0xff, delay >> 8, random(3) === 0 ? random(256) : random(8), 0)
}

function nastyFrame(random: Random, width: number, height: number): Buffer {
  const area = {
    left: random(3) === 0 ? random(width + 4) : 0,
    top: random(3) === 0 ? random(height + 4) : 0,
    width: random(3) === 0 ? 1 + random(width + 9) : width,
    height: random(3) === 0 ? 1 + random(height + 9) : height,
  }
  const palette = random(3) === 0 ? colors(random) : undefined
  const codeSize = 1 + random(random(9) === 0 ? 11 : 8)
  const values = 1 << Math.min(8, random(3) === 0 ? codeSize : 1 + random(codeSize))
  const count = area.width * area.height
  const [run, missing] = [1 + random(9), random(12) === 0 ? random(count) : 0]
  let value = 0
  const indices = Array.from({ length: count - missing + (random(8) === 0 ? 99 : 0) }, () => {
    if (random(run) === 0) value = random(values)
    return value
  })
  const head = Buffer.alloc(10)
  head[0] = 0x2c
  for (const [at, number] of [area.left, area.top, area.width, area.height].entries())
    head.writeUInt16LE(number, 1 + 2 * at)
  const size = palette === undefined ? 0 : 0x80 | (Math.log2(palette.length) - 1)
  head[9] = size | (random(3) === 0 ? 0x40 : 0) | (random(4) << 3) | (random(9) === 0 ? 0x20 : 0)
  return Buffer.concat([
    head,
    Buffer.from((palette ?? []).flat()),
    Uint8Array.of(codeSize),
    cutAnywhere(random, nastyCodes(random, indices, codeSize)),
  ])
}

const colors = (random: Random): readonly Rgb[] =>
  Array.from({ length: 2 << random(8) }, (): Rgb => [random(256), random(256), random(256)])

function nastyCodes(random: Random, indices: readonly number[], codeSize: number): Uint8Array {
  const clear = 1 << codeSize
  const [clearsEarly, clearsFull, beginsClear] = [random(3) === 0, random(2) === 0, random(12) > 0]
  const bytes: number[] = []
  let [bits, bitCount, width, next, current] = [0, 0, codeSize + 1, clear + 2, -1]
  const table = new Map<number, number>()
  const put = (code: number) => {
    bits |= code << bitCount
    for (bitCount += width; bitCount >= 8; bitCount -= 8, bits >>>= 8) bytes.push(bits & 0xff)
  }
  const putClear = () => {
    put(clear)
    table.clear()
    width = codeSize + 1
    next = clear + 2
  }
  if (beginsClear) putClear()
  for (const index of indices) {
    const found = current === -1 ? index : table.get(current * 256 + index)
    if (found !== undefined) {
      current = found
      continue
    }
    put(current)
    if (next < 4096) {
      table.set(current * 256 + index, next++)
      if (next - 1 === 1 << width && width < 12) width++
    } else if (clearsFull) putClear()
    if (clearsEarly && random(60) === 0) {
      putClear()
      if (random(4) === 0) putClear()
    }
    current = index
  }
  if (current !== -1) put(current)
  if (next === 1 << width && width < 12) width++
  if (random(5) > 0) put(clear + 1)
  bytes.push(bits & 0xff)
  // Whatever stands behind the end code.
  if (random(8) === 0) bytes.push(...Array.from({ length: random(40) }, () => random(256)))
  return Uint8Array.from(bytes)
}

function cutAnywhere(random: Random, data: Uint8Array): Buffer {
  const parts: Uint8Array[] = []
  const usual = CUTS[random(CUTS.length + 2)]
  for (let start = 0; start < data.length; ) {
    const part = data.subarray(start, start + (usual ?? 1 + random(255)))
    parts.push(Uint8Array.of(part.length), part)
    start += part.length
  }
  return Buffer.concat([...parts, Uint8Array.of(0)])
}
