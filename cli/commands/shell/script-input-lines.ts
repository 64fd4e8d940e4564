import type { Readable } from 'node:stream'
import { codePointLength } from '../../../protocol/limits.ts'
import { scriptInputText } from './script-input-text.ts'

/** A line of input, or a part of one that is too long. */
export interface InputPart {
  /** Of the line, counted from 1. */
  readonly line: number
  /** Of the part in its line, counted from 0. */
  readonly part: number
  /** Whether the line ends with this part. */
  readonly isLast: boolean
  readonly text: string
}

/** Where a part may end early so that a word stays whole: in the last eighth of it. */
const WORD_SHARE = 1 / 8
/** A character and all its marks may be so long, in code units. */
const GRAPHEME_UNITS = 64

/**
 * The lines of a stream as they come, without their line ends, in parts of at most `longest`
 * characters. Of a line that never ends, no more than a few parts are kept.
 */
export async function* scriptInputLines(stream: Readable, longest: number): AsyncGenerator<InputPart> {
  let line = 1
  let part = 0
  let rest = ''
  for await (const text of scriptInputText(stream)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const whole of lines) {
      for (const piece of partsOf(withoutReturn(whole), longest))
        yield { line, part: part++, isLast: piece.isLast, text: piece.text }
      line++
      part = 0
    }
    // With so much of it, the line is too long whatever follows.
    while (rest.length > 2 * longest + GRAPHEME_UNITS) {
      const end = partEnd(rest, longest)
      yield { line, part: part++, isLast: false, text: rest.slice(0, end) }
      rest = rest.slice(end)
    }
  }
  if (rest === '') return
  for (const piece of partsOf(withoutReturn(rest), longest))
    yield { line, part: part++, isLast: piece.isLast, text: piece.text }
}

function* partsOf(
  text: string,
  longest: number,
): Generator<{ readonly text: string; readonly isLast: boolean }> {
  let rest = text
  for (;;) {
    const end = partEnd(rest, longest)
    const isLast = end === rest.length
    yield { text: rest.slice(0, end), isLast }
    if (isLast) return
    rest = rest.slice(end)
  }
}

/**
 * Where the first part of `text` ends, in code units: after a word if one ends near there, else
 * between two characters as people see them.
 */
function partEnd(text: string, longest: number): number {
  if (text.length <= longest || codePointLength(text) <= longest) return text.length
  let end = 0
  for (let count = 0; count < longest; count++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  const least = end - Math.floor(longest * WORD_SHARE)
  for (let at = end; at > least; at--) if (/\s/.test(text.charAt(at - 1))) return at
  const near = text.slice(Math.max(0, end - GRAPHEME_UNITS), end + GRAPHEME_UNITS)
  const grapheme = new Intl.Segmenter().segment(near).containing(Math.min(end, GRAPHEME_UNITS))
  const start = (grapheme?.index ?? 0) + Math.max(0, end - GRAPHEME_UNITS)
  return start > least ? start : end
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
