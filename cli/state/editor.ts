import { LIMITS } from '../../protocol/limits.ts'
import { boundariesOf } from './screen-width.ts'

/** A text under the cursor; `cursor` is a UTF-16 index that never stands inside a grapheme. */
export interface EditorState {
  readonly text: string
  readonly cursor: number
  /** What the last kill took, for `yank`. */
  readonly killed: string
  /** Earlier states, newest last. */
  readonly past: readonly Snapshot[]
  /** Whether the last action typed, so that the next letter joins it in one undo step. */
  readonly isTyping: boolean
}

interface Snapshot {
  readonly text: string
  readonly cursor: number
}

export type EditorAction =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'replace'; readonly text: string }
  | { readonly type: EditorCommand }

export type EditorCommand =
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'lineStart'
  | 'lineEnd'
  | 'deleteBack'
  | 'deleteForward'
  | 'killWordBack'
  | 'killWordForward'
  | 'killToLineStart'
  | 'killToLineEnd'
  | 'yank'
  | 'undo'

export const emptyEditor: EditorState = { text: '', cursor: 0, killed: '', past: [], isTyping: false }

const PAST_STEPS = 100
/** UTF-16 units; four times what a message may have, so that a long paste can be cut by hand. */
const LONGEST_TEXT = LIMITS.textLength * 4

/** The state after one action; the text stays NFC and the cursor on a grapheme's edge. */
export function edit(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'insert':
      return insert(state, action.text)
    case 'replace':
      return change(state, action.text.normalize('NFC'), action.text.normalize('NFC').length)
    case 'yank':
      return { ...insert(state, state.killed), isTyping: false }
    case 'undo':
      return undo(state)
    case 'left':
      return move(state, before(state))
    case 'right':
      return move(state, after(state))
    case 'wordLeft':
      return move(state, wordStart(state))
    case 'wordRight':
      return move(state, wordEnd(state))
    case 'lineStart':
      return move(state, lineStart(state))
    case 'lineEnd':
      return move(state, lineEnd(state))
    case 'deleteBack':
      return remove(state, before(state), state.cursor)
    case 'deleteForward':
      return remove(state, state.cursor, after(state))
    case 'killWordBack':
      return kill(state, wordStart(state), state.cursor)
    case 'killWordForward':
      return kill(state, state.cursor, wordEnd(state))
    case 'killToLineStart':
      return kill(state, lineStart(state), state.cursor)
    case 'killToLineEnd': {
      const end = lineEnd(state)
      return kill(state, state.cursor, end === state.cursor ? after(state) : end)
    }
    default:
      return action satisfies never
  }
}

/** The same text with the cursor on the edge of a grapheme at or after `cursor`. */
export const move = (state: EditorState, cursor: number): EditorState => ({
  ...state,
  cursor: snap(state.text, cursor),
  isTyping: false,
})

function insert(state: EditorState, inserted: string): EditorState {
  const room = LONGEST_TEXT - state.text.length
  const accepted = inserted.slice(0, Math.max(0, room)).toWellFormed()
  if (accepted === '') return state
  const head = (state.text.slice(0, state.cursor) + accepted).normalize('NFC')
  const text = (head + state.text.slice(state.cursor)).normalize('NFC')
  const isLetter = accepted.length === 1 && accepted !== ' ' && accepted !== '\n'
  const past = isLetter && state.isTyping ? state.past : remembered(state)
  return { text, cursor: snap(text, head.length), killed: state.killed, past, isTyping: isLetter }
}

const remove = (state: EditorState, start: number, end: number): EditorState =>
  start === end ? state : change(state, state.text.slice(0, start) + state.text.slice(end), start)

function kill(state: EditorState, start: number, end: number): EditorState {
  return start === end ? state : { ...remove(state, start, end), killed: state.text.slice(start, end) }
}

const change = (state: EditorState, text: string, cursor: number): EditorState => ({
  text: text.normalize('NFC'),
  cursor: snap(text.normalize('NFC'), cursor),
  killed: state.killed,
  past: remembered(state),
  isTyping: false,
})

function undo(state: EditorState): EditorState {
  const last = state.past.at(-1)
  if (last === undefined) return state
  return { ...state, text: last.text, cursor: last.cursor, past: state.past.slice(0, -1), isTyping: false }
}

const remembered = ({ past, text, cursor }: EditorState): readonly Snapshot[] => [
  ...past.slice(1 - PAST_STEPS),
  { text, cursor },
]

const snap = (text: string, cursor: number): number =>
  boundariesOf(text).find(boundary => boundary >= cursor) ?? text.length

const before = ({ text, cursor }: EditorState): number =>
  boundariesOf(text).findLast(boundary => boundary < cursor) ?? 0

const after = ({ text, cursor }: EditorState): number =>
  boundariesOf(text).find(boundary => boundary > cursor) ?? text.length

const lineStart = ({ text, cursor }: EditorState): number => text.lastIndexOf('\n', cursor - 1) + 1

function lineEnd({ text, cursor }: EditorState): number {
  const end = text.indexOf('\n', cursor)
  return end === -1 ? text.length : end
}

const wordStart = ({ text, cursor }: EditorState): number =>
  cursor - (/\S*\s*$/u.exec(text.slice(0, cursor))?.[0].length ?? 0)

const wordEnd = ({ text, cursor }: EditorState): number =>
  cursor + (/^\s*\S*/u.exec(text.slice(cursor))?.[0].length ?? 0)
