import { extensionBlock, loopBlock, type Rgb, writeGif } from '../support/gif-writer.ts'
import {
  file,
  first,
  head,
  type MadeGif,
  noise,
  PALETTE,
  plain,
  second,
  TRAILER,
  third,
} from './case-blocks.ts'

const DISPOSALS: readonly MadeGif[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap(disposal => [
    {
      name: `disposal ${disposal}`,
      bytes: file(first, plain(1, { left: 1, width: 2, disposal }), plain(2, { height: 1 })),
    },
    {
      name: `disposal ${disposal} of the first frame`,
      bytes: file(plain(0, { width: 3, disposal }), plain(2, { left: 1, height: 1 }), plain(3, { width: 1 })),
    },
  ]),
  {
    name: 'one frame after the other restored',
    bytes: file(
      first,
      ...[1, 2, 3].map(index => plain(index, { left: index, width: 1, disposal: 3 })),
      plain(1, { height: 1 }),
    ),
  },
  {
    name: 'restored, then cleared, then restored',
    bytes: file(
      first,
      plain(1, { left: 1, disposal: 3, width: 2 }),
      plain(2, { top: 1, disposal: 2, height: 2 }),
      plain(3, { width: 1, disposal: 3 }),
      plain(1, { height: 1 }),
    ),
  },
]

const two: readonly Rgb[] = PALETTE.slice(0, 2)
const COLORS: readonly MadeGif[] = [
  {
    name: 'an index beyond the palette',
    bytes: Buffer.concat([
      head(4, 4, two),
      plain(0, { indices: noise(16) }),
      plain(3, { width: 2 }),
      TRAILER,
    ]),
  },
  {
    name: 'an index beyond the palette that is transparent',
    bytes: Buffer.concat([
      head(4, 4, two),
      plain(0, { indices: noise(16), transparentIndex: 3 }),
      plain(3, { width: 2, transparentIndex: 3 }),
      TRAILER,
    ]),
  },
  {
    name: 'an index beyond the palette of its frame',
    bytes: file(first, plain(0, { indices: noise(16), palette: two }), third),
  },
  { name: 'no palette', bytes: Buffer.concat([head(4, 4, null), plain(0, { indices: noise(16) }), TRAILER]) },
  {
    name: 'no palette, and a transparent index',
    bytes: Buffer.concat([
      head(4, 4, null),
      plain(0, { indices: noise(16), transparentIndex: 1 }),
      plain(2, { width: 1 }),
      TRAILER,
    ]),
  },
  {
    name: 'no palette for one of three frames',
    bytes: Buffer.concat([
      head(4, 4, null),
      plain(0, { palette: PALETTE }),
      plain(1, { width: 2 }),
      plain(2, { height: 2, palette: PALETTE }),
      TRAILER,
    ]),
  },
  {
    name: 'a first frame with transparent pixels',
    bytes: file(plain(0, { indices: noise(16), transparentIndex: 2 }), second),
  },
  {
    name: 'only transparent pixels',
    bytes: file(plain(0, { transparentIndex: 0 }), plain(0, { transparentIndex: 0 })),
  },
]

const PLAYS: readonly MadeGif[] = [
  { name: 'no loop block', bytes: file(first, second) },
  ...[0, 1, 2, 5, 20, 65_535].map(loops => ({
    name: `loop count ${loops}`,
    bytes: file(loopBlock(loops), first, second),
  })),
  { name: 'loop counts 50 and 40', bytes: file(loopBlock(50), loopBlock(40), first, second) },
  { name: 'loop counts 0 and 3', bytes: file(loopBlock(0), first, loopBlock(3), second) },
  { name: 'loop counts 3 and 0', bytes: file(loopBlock(3), first, loopBlock(0), second) },
  { name: 'a loop count by its other name', bytes: file(loopBlock(7, 'ANIMEXTS1.0'), first, second) },
  { name: 'a loop count after the last frame', bytes: file(first, second, loopBlock(4)) },
  {
    name: 'a loop block of another kind first',
    bytes: file(
      Buffer.concat([
        loopBlock(4).subarray(0, 14),
        Uint8Array.of(5, 2, 0, 0, 1, 0),
        loopBlock(4).subarray(14),
      ]),
      first,
      second,
    ),
  },
  { name: 'a single frame that loops', bytes: file(loopBlock(0), first) },
  { name: 'a single frame that does not loop', bytes: file(first) },
  ...[0, 10, 20, 30, 50, 60, 100, 655_350].map(delayMs => ({
    name: `delays of ${delayMs} ms`,
    bytes: file(loopBlock(0), plain(0, { delayMs }), plain(1, { delayMs, width: 2 })),
  })),
]

/** The sub-blocks of `first` replaced by others. */
const withData = (...data: readonly number[]): Buffer =>
  file(Buffer.concat([first.subarray(0, 19), extensionBlock(0, Uint8Array.from(data)).subarray(2)]), second)

const PIXELS: readonly MadeGif[] = [
  ...[1, 2, 3, 5, 8, 9, 17].map(height => ({
    name: `interlaced, ${height} rows`,
    bytes: Buffer.concat([
      head(3, height),
      plain(0, { width: 3, height, indices: noise(3 * height), isInterlaced: true }),
      TRAILER,
    ]),
  })),
  {
    name: 'a code size of 8 for four colours',
    bytes: file(plain(0, { indices: noise(16), codeSize: 8 }), second),
  },
  {
    name: 'a code size of 1',
    bytes: Buffer.concat([
      head(4, 4, two),
      plain(0, { codeSize: 1, indices: Uint8Array.from({ length: 16 }, (_, at) => at % 2) }),
      TRAILER,
    ]),
  },
  { name: 'no pixels', bytes: withData() },
  { name: 'pixels that end early', bytes: withData(0b00001100, 0b00101) },
  { name: 'pixels without an end', bytes: withData(0b00001100) },
  { name: 'a code that does not exist', bytes: withData(0b11000100, 0xff, 0xff) },
  { name: 'pixels of all ones', bytes: withData(0xff, 0xff, 0xff, 0xff) },
  { name: 'pixels of all zeros', bytes: withData(0, 0, 0, 0, 0, 0, 0, 0) },
  {
    name: 'more pixels than asked for',
    bytes: file(plain(0, { height: 9 }).map((byte, at) => (at === 15 ? 4 : byte)) as Buffer, second),
  },
  {
    name: 'version 87a',
    bytes: writeGif({
      version: '87a',
      width: 4,
      height: 4,
      palette: PALETTE,
      frames: [{ width: 4, height: 4, indices: noise(16) }],
    }),
  },
  {
    name: 'a comment and metadata before everything',
    bytes: file(
      extensionBlock(0xfe, Buffer.alloc(200_000, 'a')),
      extensionBlock(0xff, Buffer.from('XMP DataXMP<x/>')),
      first,
      second,
    ),
  },
]

/** What becomes of frames, how they get their colours, and how often they play. */
export const FRAME_CASES: readonly MadeGif[] = [...DISPOSALS, ...COLORS, ...PLAYS, ...PIXELS]
