import { boundariesOf } from './screen-width.ts'

/** A part that ends after a line or a word has at least this share of what it may have. */
const LEAST_SHARE = 1 / 4

/**
 * Splits a text into parts of at most `limit` code points. A part ends after a line if it can, or
 * else after a word, or else between two characters. The white space there is dropped, and so are
 * parts with nothing else.
 */
export function splitText(text: string, limit: number): readonly string[] {
  const parts: string[] = []
  let rest = text
  for (;;) {
    const most = indexAfter(rest, limit)
    if (most === rest.length) break
    const end = endOfPart(rest, most)
    parts.push(rest.slice(0, end))
    rest = rest.slice(end).replace(/^\s/, '')
  }
  return [...parts, rest].filter(part => part.trim() !== '')
}

/** The UTF-16 index after so many code points, or the text's length. */
function indexAfter(text: string, codePoints: number): number {
  let index = 0
  for (let count = 0; count < codePoints && index < text.length; count++)
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
  return index
}

function endOfPart(text: string, most: number): number {
  const least = most * LEAST_SHARE
  // A break right after the part is one, too.
  const head = text.slice(0, most + 1)
  const line = head.lastIndexOf('\n')
  if (line > least) return line
  const word = head.search(/\s\S*$/)
  if (word > least) return word
  return boundariesOf(text.slice(0, most + 2)).findLast(index => index <= most && index > 0) ?? most
}
