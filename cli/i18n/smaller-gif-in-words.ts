import type { SmallerGif } from '../files/smaller-gif-file.ts'
import { gifSizeInWords } from '../gif/gif-in-words.ts'
import type { Texts } from './en.ts'

/** What a GIF became, and what was done for it: `14.2 MiB → 6.1 MiB (−57 %), every 2nd frame`. */
export function smallerGifInWords(gif: SmallerGif, { problems: { smallerGif: texts } }: Texts): string {
  const { bytes, bytesBefore, reduction } = gif
  const share = Math.round(100 * (1 - bytes.length / bytesBefore))
  const saving = share > 0 ? ` (−${share} %)` : ''
  const change = `${gifSizeInWords(bytesBefore)} → ${gifSizeInWords(bytes.length)}${saving}`
  if (reduction === 'metadata') return `${change}, ${texts.withoutMetadata}`
  const { step, divisor } = reduction
  const losses = [
    ...(step > 1 ? [texts.everyFrame(step)] : []),
    ...(divisor > 1 ? [texts.partOfSize(divisor)] : []),
  ]
  return `${change}, ${losses.length === 0 ? texts.samePictures : losses.join(', ')}`
}
