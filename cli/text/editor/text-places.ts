import { boundariesOf } from '../screen-width.ts'

/** A text and a position in it, as a UTF-16 index. */
interface Place {
  readonly text: string
  readonly cursor: number
}

const words = new Intl.Segmenter(undefined, { granularity: 'word' })
/** The segmenter does not count emoji as words, but word commands should. */
const PICTURE = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})/u

/** The first grapheme boundary at or after `cursor`. */
export const boundaryAtOrAfter = (text: string, cursor: number): number =>
  boundariesOf(text).find(boundary => boundary >= cursor) ?? text.length

/** The last grapheme boundary at or before `cursor`. */
const boundaryAtOrBefore = (text: string, cursor: number): number =>
  boundariesOf(text).findLast(boundary => boundary <= cursor) ?? 0

/** The position one grapheme back. */
export const boundaryBefore = ({ text, cursor }: Place): number =>
  boundariesOf(text).findLast(boundary => boundary < cursor) ?? 0

/** The position one grapheme forward. */
export const boundaryAfter = ({ text, cursor }: Place): number =>
  boundariesOf(text).find(boundary => boundary > cursor) ?? text.length

/** The start of the line, just after the previous newline. */
export const lineStart = ({ text, cursor }: Place): number =>
  cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1

/** The end of the line, before its newline. */
export function lineEnd({ text, cursor }: Place): number {
  const end = text.indexOf('\n', cursor)
  return end === -1 ? text.length : end
}

/** The start of the word at or before a position. Unicode's rules say what a word is. */
export function wordStart({ text, cursor }: Place): number {
  const segments = [...words.segment(text.slice(0, cursor))]
  return boundaryAtOrBefore(text, segments.findLast(isWord)?.index ?? 0)
}

/** The end of the word at or after a position. */
export function wordEnd({ text, cursor }: Place): number {
  for (const part of words.segment(text.slice(cursor))) {
    if (isWord(part)) return boundaryAtOrAfter(text, cursor + part.index + part.segment.length)
  }
  return text.length
}

/** The start of the run of non-space characters at or before a position, such as a whole path. */
export const spacedStart = ({ text, cursor }: Place): number =>
  boundaryAtOrBefore(text, cursor - (/\S*\s*$/u.exec(text.slice(0, cursor))?.[0].length ?? 0))

const isWord = ({ segment, isWordLike }: Intl.SegmentData): boolean =>
  isWordLike === true || PICTURE.test(segment)
