import type { GifRefusalReason } from '../../gif/gif-refusal.ts'
import { sampleGif } from './gif-samples.ts'
import { extensionBlock, type Rgb, writeFrame, writeGif } from './gif-writer.ts'

/** A file that harmed a decoder, or could, and how it must be handled. */
interface BadGif {
  readonly name: string
  readonly bytes: Buffer
  readonly expected: GifRefusalReason
}

const PALETTE: readonly Rgb[] = [
  [0, 0, 0],
  [255, 255, 255],
]

const LARGEST = { width: 2160, height: 2160 }

/** Of a row of 65,535 pixels and of 1,000 rows, four by four are on the canvas. */
const WIDE = { width: 65_535, height: 1_000, indices: new Uint8Array(65_535 * 4).fill(1) }

const pixel = (left = 0, top = 0) => ({ left, top, width: 1, height: 1, indices: Uint8Array.of(1) })

/** The beginning of a GIF: signature, screen, and a palette of two colours. */
const head = (width: number, height: number): Buffer =>
  writeGif({ width, height, palette: PALETTE, frames: [] }).subarray(0, -1)

const withBlocks = (width: number, height: number, ...blocks: readonly Uint8Array[]): Buffer =>
  Buffer.concat([head(width, height), ...blocks, Uint8Array.of(0x3b)])

const whole = sampleGif({ width: 4, height: 4, frames: 2 })

/**
 * Where the image descriptor of the first frame stands in `whole`, after signature, screen,
 * palette, loop count and graphic control.
 */
const DESCRIPTOR = 13 + 8 * 3 + 19 + 8

const changed = (offset: number, ...bytes: readonly number[]): Buffer => {
  const copy = Buffer.from(whole)
  copy.set(bytes, offset)
  return copy
}

/** Files that are refused, with the reason. */
export const BAD_GIFS: readonly BadGif[] = [
  { name: 'an empty file', bytes: Buffer.alloc(0), expected: 'notAGif' },
  {
    name: 'a PNG called .gif',
    bytes: Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1'),
    expected: 'isPng',
  },
  {
    name: 'a JPEG called .gif',
    bytes: Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF and so on', 'latin1'),
    expected: 'isJpeg',
  },
  { name: 'a WebP called .gif', bytes: Buffer.from('RIFF\x24\0\0\0WEBPVP8 and so on'), expected: 'isWebp' },
  { name: 'a sound called .gif', bytes: Buffer.from('RIFF\x24\0\0\0WAVEfmt and so on'), expected: 'notAGif' },
  { name: 'an MP4 called .gif', bytes: Buffer.from('\0\0\0\x20ftypisom and so on'), expected: 'isMp4' },
  { name: 'an AVIF called .gif', bytes: Buffer.from('\0\0\0\x20ftypavif and so on'), expected: 'notAGif' },
  { name: 'the first bytes of an MP4', bytes: Buffer.from('\0\0\0\x20ftyp'), expected: 'notAGif' },
  { name: 'a web page called .gif', bytes: Buffer.from('<!doctype html><script>'), expected: 'notAGif' },
  { name: 'a GIF of no known version', bytes: Buffer.from('GIF88a and so on'), expected: 'notAGif' },
  {
    name: 'a screen of 65535 × 65535 in 43 bytes',
    bytes: withBlocks(
      65535,
      65535,
      writeFrame({ ...pixel(), width: 65535, height: 65535, codeSize: 2 }),
    ).subarray(0, 43),
    expected: 'sideTooLong',
  },
  {
    name: 'a screen that is too wide',
    bytes: withBlocks(2161, 1, writeFrame(pixel())),
    expected: 'sideTooLong',
  },
  {
    name: 'a screen of 0×0 and an empty frame',
    bytes: withBlocks(0, 0, writeFrame({ ...pixel(), width: 0, indices: new Uint8Array(0) })),
    expected: 'emptyCanvas',
  },
  {
    name: '100,000 frames of one pixel',
    bytes: withBlocks(1, 1, ...Array.from({ length: 100_000 }, () => writeFrame(pixel()))),
    expected: 'tooManyFrames',
  },
  {
    name: '22 frames that claim 2160 × 2160 each',
    bytes: withBlocks(
      2160,
      2160,
      ...Array.from({ length: 22 }, () => writeFrame({ ...pixel(), ...LARGEST })),
    ),
    expected: 'tooManyPixels',
  },
  { name: 'a screen and nothing on it', bytes: withBlocks(4, 4), expected: 'noFrames' },
  {
    name: 'a first frame far outside',
    bytes: withBlocks(4, 4, writeFrame(pixel(0, 65535))),
    expected: 'sideTooLong',
  },
  { name: 'a code size of 0', bytes: changed(DESCRIPTOR + 10, 0), expected: 'badCodeSize' },
  { name: 'a code size of 12', bytes: changed(DESCRIPTOR + 10, 12), expected: 'badCodeSize' },
  {
    name: 'something else where a block should be',
    bytes: withBlocks(4, 4, Buffer.from('hello')),
    expected: 'badBlock',
  },
  {
    name: 'a graphic control block of the wrong length',
    bytes: changed(DESCRIPTOR - 6, 5),
    expected: 'badBlock',
  },
  {
    name: 'a comment that does not end',
    bytes: Buffer.concat([head(4, 4), Uint8Array.of(0x21, 0xfe), Buffer.alloc(4 * 1024 * 1024, 0xff)]),
    expected: 'truncated',
  },
  {
    name: 'more than 10 MiB',
    bytes: Buffer.concat([whole, Buffer.alloc(10 * 1024 * 1024)]),
    expected: 'tooLarge',
  },
]

/**
 * Files that are accepted and must be shown without harm. Whatever their pixels are, decoding ends.
 */
export const STRANGE_GIFS: readonly { readonly name: string; readonly bytes: Buffer }[] = [
  { name: 'pixels of all ones', bytes: withPixels(Buffer.alloc(60, 0xff)) },
  { name: 'pixels of all zeros', bytes: withPixels(Buffer.alloc(60)) },
  { name: 'no pixels', bytes: withPixels(Buffer.alloc(0)) },
  { name: '5 MiB of clear codes', bytes: withPixels(Buffer.alloc(4_900_000, 0b00100100)) },
  { name: '4 MiB of pixels nobody asked for', bytes: withPixels(Buffer.alloc(4_000_000, 0x44)) },
  {
    name: 'a palette shorter than its colours',
    bytes: withBlocks(2, 2, writeFrame({ width: 2, height: 2, indices: Uint8Array.of(7, 7, 7, 7) })),
  },
  {
    name: 'two frames of eleven minutes each',
    bytes: withBlocks(
      1,
      1,
      writeFrame({ ...pixel(), delayMs: 655_350 }),
      writeFrame({ ...pixel(), delayMs: 655_350 }),
    ),
  },
  {
    name: 'a comment of 1 MiB, and a thousand of 1 KiB',
    bytes: withBlocks(
      4,
      4,
      extensionBlock(0xfe, Buffer.alloc(1024 * 1024)),
      ...Array.from({ length: 1_000 }, () => extensionBlock(0xfe, Buffer.alloc(1024))),
      writeFrame(pixel()),
    ),
  },
  {
    name: 'a thousand frames of one pixel each, on the largest canvas',
    bytes: withBlocks(
      2160,
      2160,
      ...Array.from({ length: 1_000 }, (_, frame) => writeFrame(pixel(frame, 2 * frame))),
    ),
  },
  {
    name: 'the largest canvas, drawn and restored as often as is allowed',
    bytes: withBlocks(
      2160,
      2160,
      ...Array.from({ length: 21 }, () => writeFrame({ ...pixel(), ...LARGEST, disposal: 3 })),
    ),
  },
  { name: 'a frame without width', bytes: changed(DESCRIPTOR + 5, 0, 0) },
  { name: 'no palette at all', bytes: writeGif({ width: 1, height: 1, frames: [pixel()] }) },
  {
    name: 'a frame that claims 65535 × 65535 far outside',
    bytes: withBlocks(4, 4, writeFrame(pixel()), writeFrame({ ...pixel(9, 9), width: 65535, height: 65535 })),
  },
  {
    name: 'a frame that reaches far outside',
    bytes: withBlocks(4, 4, writeFrame(pixel()), writeFrame(WIDE)),
  },
  { name: 'no trailer', bytes: whole.subarray(0, -1) },
  { name: 'a note after the trailer', bytes: Buffer.concat([whole, Buffer.from('secret')]) },
]

function withPixels(data: Uint8Array): Buffer {
  const frame = writeFrame({ width: 64, height: 64, indices: new Uint8Array(64 * 64), codeSize: 2 })
  return withBlocks(64, 64, frame.subarray(0, 19), extensionBlock(0, data).subarray(2))
}
