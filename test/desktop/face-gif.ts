import { type Rgb, writeGif } from '../support/gif-writer.ts'

const PALETTE: readonly Rgb[] = [
  [0, 0, 0],
  [255, 204, 51],
  [153, 102, 0],
  [0, 0, 0],
]

/** Each letter is a pixel: transparent, yellow, brown or black. */
const FACE = [
  '.....bbbbbb.....',
  '...bbyyyyyybb...',
  '..byyyyyyyyyyb..',
  '.byyyyyyyyyyyyb.',
  '.byyykyyyykyyyb.',
  'byyyykyyyykyyyyb',
  'byyyykyyyykyyyyb',
  'byyyyyyyyyyyyyyb',
  'byyyyyyyyyyyyyyb',
  'byyykyyyyyykyyyb',
  'byyyykyyyykyyyyb',
  '.byyyykkkkyyyyb.',
  '.byyyyyyyyyyyyb.',
  '..byyyyyyyyyyb..',
  '...bbyyyyyybb...',
  '.....bbbbbb.....',
].join('')

/** Pixel art of 16 × 16, round, on nothing. */
export const faceGif = (): Buffer =>
  writeGif({
    width: 16,
    height: 16,
    palette: PALETTE,
    frames: [
      {
        width: 16,
        height: 16,
        transparentIndex: 0,
        indices: Uint8Array.from(FACE, letter => '.ybk'.indexOf(letter)),
      },
    ],
  })
