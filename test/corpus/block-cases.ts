import { extensionBlock } from '../support/gif-writer.ts'
import {
  bare,
  control,
  cut,
  file,
  first,
  head,
  type MadeGif,
  PALETTE,
  plain,
  second,
  TRAILER,
  third,
  three,
} from './case-blocks.ts'

const ENDS: readonly MadeGif[] = [
  {
    name: 'zeros before the trailer',
    bytes: Buffer.concat([three.subarray(0, -1), Uint8Array.of(0, 0, 0x3b)]),
  },
  { name: 'an unknown block between two frames', bytes: file(first, Uint8Array.of(0x77), second) },
  { name: 'a zero between two frames', bytes: file(first, Uint8Array.of(0), second) },
  { name: 'no trailer', bytes: three.subarray(0, -1) },
  { name: 'more after the trailer', bytes: Buffer.concat([three, first, TRAILER]) },
  ...[1, 2, 4, 6, 8, 14, 20].map(missing => ({
    name: `cut ${missing} bytes before the end`,
    bytes: cut(missing),
  })),
  { name: 'cut in a graphic control block', bytes: cut(0, third.subarray(0, 4)) },
  { name: 'cut in an image descriptor', bytes: cut(0, third.subarray(0, 12)) },
  { name: 'cut in a palette', bytes: cut(0, plain(0, { palette: PALETTE }).subarray(0, 22)) },
  { name: 'cut in a comment', bytes: cut(0, extensionBlock(0xfe, Buffer.alloc(99)).subarray(0, 50)) },
  { name: 'cut after an introducer', bytes: cut(0, Uint8Array.of(0x21)) },
]

const CONTROLS: readonly MadeGif[] = [
  { name: 'a control block of three bytes', bytes: file(first, control(3, 0, 20, 0, 0), bare(second)) },
  { name: 'a control block of five bytes', bytes: file(first, control(5, 9, 50, 0, 1, 0, 0), bare(second)) },
  { name: 'a control block of no bytes', bytes: file(first, control(0), bare(second)) },
  {
    name: 'a control block of five bytes before a whole one',
    bytes: file(first, control(5, 9, 50, 0, 1, 0, 0), second),
  },
  {
    name: 'a whole control block before one of five bytes',
    bytes: file(first, control(4, 9, 50, 0, 1, 0), control(5, 0, 20, 0, 0, 0, 0), bare(second)),
  },
  {
    name: 'a control block with a second part',
    bytes: file(first, control(4, 0, 20, 0, 0, 2, 1, 1, 0), bare(second)),
  },
  {
    name: 'two control blocks',
    bytes: file(first, control(4, 9, 50, 0, 1, 0), control(4, 8, 30, 0, 0, 0), bare(second)),
  },
  {
    name: 'text between control block and frame',
    bytes: file(first, control(4, 9, 50, 0, 1, 0), extensionBlock(1, Buffer.alloc(12)), bare(second)),
  },
  {
    name: 'a comment between control block and frame',
    bytes: file(first, control(4, 9, 50, 0, 1, 0), extensionBlock(0xfe, Buffer.alloc(12)), bare(second)),
  },
  { name: 'frames without control blocks', bytes: file(bare(first), bare(second), bare(third)) },
  { name: 'a control block after the last frame', bytes: file(first, second, control(4, 9, 50, 0, 1, 0)) },
]

const PLACES: readonly MadeGif[] = [
  { name: 'a later frame partly outside to the right', bytes: file(first, plain(1, { left: 2 }), third) },
  { name: 'a later frame partly outside below', bytes: file(first, plain(1, { top: 3 }), third) },
  {
    name: 'a later frame partly outside to both sides',
    bytes: file(first, plain(1, { left: 1, top: 2 }), third),
  },
  {
    name: 'a later frame that is interlaced and partly outside',
    bytes: file(first, plain(1, { top: 1, height: 9, isInterlaced: true }), third),
  },
  {
    name: 'a later frame partly outside, cleared and restored',
    bytes: file(
      first,
      plain(1, { left: 2, disposal: 2 }),
      plain(2, { top: 2, disposal: 3 }),
      plain(3, { width: 1 }),
    ),
  },
  { name: 'a later frame wholly outside', bytes: file(first, plain(1, { left: 4, delayMs: 300 }), third) },
  { name: 'a later frame far outside', bytes: file(first, plain(1, { top: 65_535, delayMs: 300 }), third) },
  {
    name: 'a later frame wholly outside that is cleared',
    bytes: file(first, plain(1, { left: 9, disposal: 2 }), third),
  },
  { name: 'a last frame wholly outside', bytes: file(first, second, plain(1, { left: 4, delayMs: 300 })) },
  {
    name: 'a first frame of 6×6 on 4×4',
    bytes: file(plain(0, { width: 6, height: 6 }), plain(1, { left: 3, top: 3, width: 3, height: 3 })),
  },
  {
    name: 'a first frame of 4×4 that begins in the middle of 4×4',
    bytes: file(plain(0, { left: 2, top: 2 }), second),
  },
  { name: 'a first frame wholly outside', bytes: file(plain(0, { left: 6, top: 1 }), second) },
  { name: 'a first frame that is wider but lower', bytes: file(plain(0, { width: 6, height: 2 }), second) },
  { name: 'a second frame of 6×6 on 4×4', bytes: file(first, plain(1, { width: 6, height: 6 }), third) },
  { name: 'a screen of 0×0', bytes: Buffer.concat([head(0, 0), first, second, TRAILER]) },
  { name: 'a screen of 0×4', bytes: Buffer.concat([head(0, 4), first, second, TRAILER]) },
  ...['first', 'second', 'last'].flatMap((which, place) =>
    (['width', 'height'] as const).map(side => {
      const frames = [first, second, third]
      frames[place] = plain(1, { [side]: 0, delayMs: 300, disposal: 2 })
      return { name: `a ${which} frame of ${side} 0`, bytes: file(...frames) }
    }),
  ),
  { name: 'only a frame of width 0', bytes: file(plain(0, { width: 0 })) },
]

/** Where files end, what stands before a frame, and where frames lie. */
export const BLOCK_CASES: readonly MadeGif[] = [...ENDS, ...CONTROLS, ...PLACES]
