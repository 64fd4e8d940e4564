/** A parsed answer of the terminal. */
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
  /** Counted from 1. */
  | { readonly type: 'cursor'; readonly column: number }
  | { readonly type: 'ready' }
  /** It knows kitty's key protocol. */
  | { readonly type: 'keys' }

/** The wheel of the mouse turned by one notch. */
export type MouseReport = { readonly type: 'wheel'; readonly direction: 'up' | 'down' }

/** A piece of input: keys that a person typed, or what the terminal itself sent. */
export type InputPiece =
  | { readonly type: 'keys'; readonly text: string }
  | { readonly type: 'focus'; readonly isFocused: boolean }
  | { readonly type: 'mouse'; readonly mouse: MouseReport | undefined }
  | { readonly type: 'reply'; readonly reply: TerminalReply | undefined }

// What the terminal sends (xterm ctlseqs; kitty, docs/graphics-protocol.rst):
// - strings (APC, DCS, OSC) up to their end
// - reports of focus and mouse
// - control sequences that no key has: with a private mark, or with the ending of an answer. F3
//   with a modifier ends in `R` as the answer `row;columnR` does, and is lost; nothing here needs
//   it.
const SPOKEN =
  /\x1b[_P\]](?<string>[^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b\[(?<focus>[IO])|\x1b\[<(?<button>\d+);\d+;\d+[Mm]|\x1b\[(?<control>[?>=][\d;]*\$?[a-tv-zA-Z]|\?\d+u|\d+(?:;\d+)*t|\d+;\d+R|0n)/g

/** An unfinished sequence at the end of a read. */
const BEGUN = /\x1b(?:[_P\]][^\x07\x1b]*\x1b?|\[[?>=<]?[\d;]*\$?)?$/

/** A beginning that no key has, so that it must be an answer. */
const SURELY_BEGUN = /^\x1b(?:_G|P[>\d]|\]\d|\[[?>=<])/

/** No answer is longer. Longer input is taken for typed text. */
const LONGEST_REPLY = 4096

/**
 * Splits what was read into pieces. `rest` is an unfinished sequence, to be put before the next
 * read. `isReply` tells whether it must be an answer rather than a key.
 */
export function splitTerminalInput(text: string): {
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

/** Buttons 64 and 65 are the wheel. The bits 4, 8 and 16 say which modifier keys are down. */
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
    if (final === 'u') return { type: 'keys' }
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

/** One to four hexadecimal digits, scaled to 0…255 (XParseColor). */
const channel = (digits: string): string =>
  Math.round((Number.parseInt(digits, 16) / (16 ** digits.length - 1)) * 255)
    .toString(16)
    .toUpperCase()
    .padStart(2, '0')
