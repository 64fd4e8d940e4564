/** An answer of the terminal, already read. */
export type TerminalReply =
  | {
      readonly type: 'kitty'
      readonly image: number
      readonly frame: number | undefined
      readonly isOk: boolean
    }
  | { readonly type: 'version'; readonly version: string }
  | { readonly type: 'cellSize' | 'windowSize'; readonly width: number; readonly height: number }
  | { readonly type: 'mode'; readonly mode: number; readonly isKnown: boolean }
  | { readonly type: 'background'; readonly color: string }
  | { readonly type: 'sixelArea'; readonly width: number; readonly height: number }
  | { readonly type: 'attributes'; readonly attributes: readonly number[] }
  /** From 1. */
  | { readonly type: 'cursor'; readonly column: number }
  | { readonly type: 'ready' }

/** What the mouse did, as far as anybody cares: the wheel turned by one notch. */
export type MouseReport = { readonly type: 'wheel'; readonly direction: 'up' | 'down' }

/** A piece of what comes from the terminal: keys, which a person typed, or what the terminal itself has to say. */
export type InputPiece =
  | { readonly type: 'keys'; readonly text: string }
  | { readonly type: 'focus'; readonly isFocused: boolean }
  | { readonly type: 'mouse'; readonly mouse: MouseReport | undefined }
  | { readonly type: 'reply'; readonly reply: TerminalReply | undefined }

// Strings (APC, DCS, OSC) up to their end; control sequences that no key has: with a private mark, or ending as only
// answers do, though F3 with Shift and the like, which nobody needs, do as well; reports of focus and mouse (xterm ctlseqs;
// kitty, docs/graphics-protocol.rst).
const SPOKEN =
  /\x1b[_P\]](?<string>[^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b\[(?<focus>[IO])|\x1b\[<(?<button>\d+);\d+;\d+[Mm]|\x1b\[(?<control>[?>=][\d;]*\$?[a-tv-zA-Z]|\d+(?:;\d+)*t|\d+;\d+R|0n)/g

/** The beginning of what the terminal says, cut off at the end of a read. */
const BEGUN = /\x1b(?:[_P\]][^\x07\x1b]*\x1b?|\[[?>=<]?[\d;]*\$?)?$/

/** More than a key could be: a terminal has begun to answer. */
const SURELY_BEGUN = /^\x1b(?:_G|P[>\d]|\]\d|\[[?>=<])/

/** No answer is longer; what is, is taken for typed. */
const LONGEST_REPLY = 4096

/**
 * Takes what was read apart. `rest` is the beginning of an answer, to be put before the next read; `isReply` tells
 * whether it can't be a key that was pressed.
 */
export function splitInput(text: string): {
  readonly pieces: readonly InputPiece[]
  readonly rest: string
  readonly isReply: boolean
} {
  const pieces: InputPiece[] = []
  let end = 0
  for (const match of text.matchAll(SPOKEN)) {
    if (match.index > end) pieces.push({ type: 'keys', text: text.slice(end, match.index) })
    end = match.index + match[0].length
    const { focus, button, string, control } = match.groups ?? {}
    if (focus !== undefined) pieces.push({ type: 'focus', isFocused: focus === 'I' })
    else if (button !== undefined) pieces.push({ type: 'mouse', mouse: mouseReport(Number(button)) })
    else
      pieces.push({
        type: 'reply',
        reply: string === undefined ? readControl(control ?? '') : readString(match[0]),
      })
  }
  const left = text.slice(end)
  const begun = BEGUN.exec(left)?.[0] ?? ''
  const rest = begun.length > LONGEST_REPLY ? '' : begun
  const keys = left.slice(0, left.length - rest.length)
  if (keys !== '') pieces.push({ type: 'keys', text: keys })
  return { pieces, rest, isReply: SURELY_BEGUN.test(rest) }
}

/** Buttons 4 and 5 are the wheel; the bits between say which modifier keys are down. */
function mouseReport(button: number): MouseReport | undefined {
  const plain = button & ~(4 | 8 | 16)
  if (plain !== 64 && plain !== 65) return undefined
  return { type: 'wheel', direction: plain === 64 ? 'up' : 'down' }
}

function readControl(control: string): TerminalReply | undefined {
  const final = control.at(-1)
  const numbers = control
    .replace(/[^\d;]/g, '')
    .split(';')
    .map(Number)
  const [first = 0, second = 0, third = 0, fourth = 0] = numbers
  if (control.startsWith('?')) {
    if (final === 'c') return { type: 'attributes', attributes: numbers }
    if (final === 'y') return { type: 'mode', mode: first, isKnown: second !== 0 }
    if (final === 'S' && first === 2 && second === 0)
      return { type: 'sixelArea', width: third, height: fourth }
    return undefined
  }
  if (final === 'n') return { type: 'ready' }
  if (final === 'R') return { type: 'cursor', column: second }
  if (final !== 't' || second === 0 || third === 0) return undefined
  if (first === 6) return { type: 'cellSize', width: third, height: second }
  return first === 4 ? { type: 'windowSize', width: third, height: second } : undefined
}

function readString(text: string): TerminalReply | undefined {
  const version = /^\x1bP>\|([ -~]*)/.exec(text)?.[1]
  if (version !== undefined) return { type: 'version', version }
  const kitty = /^\x1b_G([^;]*);([ -~]*)/.exec(text)
  if (kitty !== null) {
    const keys = new Map((kitty[1] ?? '').split(',').map(pair => [pair.slice(0, 1), Number(pair.slice(2))]))
    return { type: 'kitty', image: keys.get('i') ?? 0, frame: keys.get('r'), isOk: kitty[2] === 'OK' }
  }
  const color = /^\x1b\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(text)
  if (color === null) return undefined
  return { type: 'background', color: `#${color.slice(1, 4).map(channel).join('')}` }
}

/** One to four hexadecimal digits as a share of the most they can say (XParseColor). */
const channel = (digits: string): string =>
  Math.round((Number.parseInt(digits, 16) / (16 ** digits.length - 1)) * 255)
    .toString(16)
    .toUpperCase()
    .padStart(2, '0')
