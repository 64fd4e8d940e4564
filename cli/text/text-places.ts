import { boundariesOf } from './screen-width.ts'

/** A text and a place in it, as a UTF-16 index. */
interface Place {
  readonly text: string
  readonly cursor: number
}

const words = new Intl.Segmenter(undefined, { granularity: 'word' })
/** Not words to the segmenter, but what a person takes away at once. */
const PICTURE = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})/u

/** The edge of a grapheme at or after a place. */
export const snap = (text: string, cursor: number): number =>
  boundariesOf(text).find(boundary => boundary >= cursor) ?? text.length

/** The edge of a grapheme at or before a place. */
export const snapBack = (text: string, cursor: number): number =>
  boundariesOf(text).findLast(boundary => boundary <= cursor) ?? 0

/** One grapheme back. */
export const before = ({ text, cursor }: Place): number =>
  boundariesOf(text).findLast(boundary => boundary < cursor) ?? 0

/** One grapheme on. */
export const after = ({ text, cursor }: Place): number =>
  boundariesOf(text).find(boundary => boundary > cursor) ?? text.length

/** The beginning of the line, as newlines cut it. */
export const lineStart = ({ text, cursor }: Place): number =>
  cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1

/** The end of the line, before its newline. */
export function lineEnd({ text, cursor }: Place): number {
  const end = text.indexOf('\n', cursor)
  return end === -1 ? text.length : end
}

/** The beginning of the word at or before a place; a word is what the text's own script takes for one. */
export function wordStart({ text, cursor }: Place): number {
  const segments = [...words.segment(text.slice(0, cursor))]
  return snapBack(text, segments.findLast(isWord)?.index ?? 0)
}

/** The end of the word at or after a place. */
export function wordEnd({ text, cursor }: Place): number {
  for (const part of words.segment(text.slice(cursor))) {
    if (isWord(part)) return snap(text, cursor + part.index + part.segment.length)
  }
  return text.length
}

/** The beginning of what stands between spaces at or before a place: a path or an address as a whole. */
export const spacedStart = ({ text, cursor }: Place): number =>
  snapBack(text, cursor - (/\S*\s*$/u.exec(text.slice(0, cursor))?.[0].length ?? 0))

const isWord = ({ segment, isWordLike }: Intl.SegmentData): boolean =>
  isWordLike === true || PICTURE.test(segment)
