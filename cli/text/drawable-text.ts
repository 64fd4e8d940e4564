import type { EmojiKind } from '../terminal/ask/emoji-kinds.ts'
import { graphemesOf, screenWidthOf } from './screen-width.ts'

const NOT_SIMPLE = /[\u200d\ufe0f\u{1f3fb}-\u{1f3ff}\u{1f1e6}-\u{1f1ff}]/u
const FLAG = /^[\u{1f1e6}-\u{1f1ff}]{2}$/u
const LETTER_A = 0x1f1e6

/**
 * Returns a function that replaces the emoji which this terminal draws at the wrong width. The text
 * keeps its width in cells.
 */
export function drawableText(misdrawn: readonly EmojiKind[]): (text: string) => string {
  if (misdrawn.length === 0) return text => text
  const kinds = new Set(misdrawn)
  return text =>
    NOT_SIMPLE.test(text)
      ? graphemesOf(text)
          .map(grapheme => simpler(grapheme.text, grapheme.width, kinds))
          .join('')
      : text
}

function simpler(grapheme: string, width: number, misdrawn: ReadonlySet<EmojiKind>): string {
  if (!NOT_SIMPLE.test(grapheme)) return grapheme
  let text = grapheme
  if (misdrawn.has('flag') && FLAG.test(text))
    return [...text].map(letter => String.fromCharCode(65 + (letter.codePointAt(0) ?? 0) - LETTER_A)).join('')
  // A skin tone at the start of a grapheme is an emoji of its own, so it stays.
  if (misdrawn.has('tone')) text = text.replace(/(?!^)[\u{1f3fb}-\u{1f3ff}]/gu, '')
  const isVariant = misdrawn.has('variant') && /^.\ufe0f/u.test(text)
  if (isVariant || misdrawn.has('joined')) text = text.split('\u200d', 1)[0] ?? ''
  if (isVariant) text = text.replace(/\ufe0f\u20e3?/g, '')
  return text + ' '.repeat(Math.max(0, width - screenWidthOf(text)))
}
