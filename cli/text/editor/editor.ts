import { LIMITS } from '../../../protocol/limits.ts'
import {
  boundaryAfter,
  boundaryAtOrAfter,
  boundaryBefore,
  lineEnd,
  lineStart,
  spacedStart,
  wordEnd,
  wordStart,
} from './text-places.ts'

/** The state of a text field. `cursor` is a UTF-16 index and is never inside a grapheme. */
export interface EditorState {
  readonly text: string
  readonly cursor: number
  /** The killed texts, newest last, for `yank` and `yankOlder`. */
  readonly kills: readonly string[]
  /** Earlier states for `undo`, newest last. */
  readonly past: readonly Snapshot[]
  /** The states that `undo` left, newest last, for `redo`. */
  readonly future: readonly Snapshot[]
  /** The previous action, if the next one may continue it. */
  readonly last: LastAction | undefined
  /** The column that Up and Down keep through shorter rows; undefined after any other action. */
  readonly goalX: number | undefined
}

interface Snapshot {
  readonly text: string
  readonly cursor: number
}

type LastAction =
  /** The next letter joins the same undo step. */
  | { readonly type: 'typing' }
  /** The next kill joins the same entry of `kills`. */
  | { readonly type: 'kill' }
  /** `kills[kill]` was inserted from `start` to the cursor. */
  | { readonly type: 'yank'; readonly start: number; readonly kill: number }

export type EditorAction =
  | { readonly type: 'insert'; readonly text: string }
  /** Replaces the whole text. */
  | { readonly type: 'replace'; readonly text: string }
  /** Replaces the text from `start` to `end`, and puts the cursor after the new text. */
  | { readonly type: 'splice'; readonly start: number; readonly end: number; readonly text: string }
  | { readonly type: EditorCommand }

export type EditorCommand =
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'lineStart'
  | 'lineEnd'
  | 'textStart'
  | 'textEnd'
  | 'deleteBack'
  | 'deleteForward'
  | 'killToSpace'
  | 'killWordBack'
  | 'killWordForward'
  | 'killToLineStart'
  | 'killToLineEnd'
  | 'killAll'
  | 'yank'
  | 'yankOlder'
  | 'undo'
  | 'redo'

export const emptyEditor: EditorState = {
  text: '',
  cursor: 0,
  kills: [],
  past: [],
  future: [],
  last: undefined,
  goalX: undefined,
}

const PAST_STEPS = 100
const KEPT_KILLS = 20
/** In UTF-16 units. What is longer than a message may be sent in parts. */
export const LONGEST_TEXT = LIMITS.textLength * 10

/** The state after one action. The text stays in NFC, and the cursor on a grapheme boundary. */
export function editText(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'insert':
      return insert(state, action.text)
    case 'replace':
      return splice(state, 0, state.text.length, action.text)
    case 'splice':
      return splice(state, action.start, action.end, action.text)
    case 'yank':
      return yank(state, state.cursor, state.kills.length - 1)
    case 'yankOlder':
      return state.last?.type === 'yank' ? yank(state, state.last.start, state.last.kill - 1) : state
    case 'undo':
      return undo(state)
    case 'redo':
      return redo(state)
    case 'left':
      return moveCursor(state, boundaryBefore(state))
    case 'right':
      return moveCursor(state, boundaryAfter(state))
    case 'wordLeft':
      return moveCursor(state, wordStart(state))
    case 'wordRight':
      return moveCursor(state, wordEnd(state))
    case 'lineStart':
      return moveCursor(state, lineStart(state))
    case 'lineEnd':
      return moveCursor(state, lineEnd(state))
    case 'textStart':
      return moveCursor(state, 0)
    case 'textEnd':
      return moveCursor(state, state.text.length)
    case 'deleteBack':
      return splice(state, boundaryBefore(state), state.cursor, '')
    case 'deleteForward':
      return splice(state, state.cursor, boundaryAfter(state), '')
    case 'killToSpace':
      return kill(state, spacedStart(state), state.cursor)
    case 'killWordBack':
      return kill(state, wordStart(state), state.cursor)
    case 'killWordForward':
      return kill(state, state.cursor, wordEnd(state))
    case 'killToLineStart':
      return kill(state, lineStart(state), state.cursor)
    case 'killToLineEnd': {
      const end = lineEnd(state)
      return kill(state, state.cursor, end === state.cursor ? boundaryAfter(state) : end)
    }
    case 'killAll':
      return kill(state, 0, state.text.length)
    default:
      return action satisfies never
  }
}

/** Moves the cursor to the first grapheme boundary at or after `cursor`. */
export const moveCursor = (state: EditorState, cursor: number): EditorState => ({
  ...state,
  cursor: boundaryAtOrAfter(state.text, cursor),
  last: undefined,
  goalX: undefined,
})

/** Inserts at the cursor as much of the text as there is room for. */
function insert(state: EditorState, inserted: string): EditorState {
  const room = LONGEST_TEXT - state.text.length
  const accepted = inserted.slice(0, Math.max(0, room)).toWellFormed()
  if (accepted === '') return state
  const isLetter = accepted.length === 1 && accepted !== ' ' && accepted !== '\n'
  const next = splice(state, state.cursor, state.cursor, accepted)
  const joins = isLetter && state.last?.type === 'typing'
  return { ...next, past: joins ? state.past : next.past, last: isLetter ? { type: 'typing' } : undefined }
}

function splice(state: EditorState, start: number, end: number, inserted: string): EditorState {
  if (start === end && inserted === '') return state
  const head = (state.text.slice(0, start) + inserted).normalize('NFC')
  const text = (head + state.text.slice(end)).normalize('NFC')
  return {
    ...emptyEditor,
    text,
    cursor: boundaryAtOrAfter(text, head.length),
    kills: state.kills,
    past: [...state.past.slice(1 - PAST_STEPS), snapshot(state)],
  }
}

/** Removes a part and keeps it in `kills`. Consecutive kills form one entry, in text order. */
function kill(state: EditorState, start: number, end: number): EditorState {
  if (start === end) return state
  const taken = state.text.slice(start, end)
  const previous = state.last?.type === 'kill' ? state.kills.at(-1) : undefined
  const joined = previous === undefined ? taken : start < state.cursor ? taken + previous : previous + taken
  const older = previous === undefined ? state.kills.slice(1 - KEPT_KILLS) : state.kills.slice(0, -1)
  return { ...splice(state, start, end, ''), kills: [...older, joined], last: { type: 'kill' } }
}

/**
 * Replaces the text between `start` and the cursor with a killed text. An index below 0 means the
 * newest one.
 */
function yank(state: EditorState, start: number, index: number): EditorState {
  const kill = index < 0 ? state.kills.length - 1 : index
  const killed = state.kills[kill]
  if (killed === undefined || state.text.length + killed.length > LONGEST_TEXT) return state
  return { ...splice(state, start, state.cursor, killed), last: { type: 'yank', start, kill } }
}

function undo(state: EditorState): EditorState {
  const past = state.past.at(-1)
  if (past === undefined) return state
  return {
    ...emptyEditor,
    ...past,
    kills: state.kills,
    past: state.past.slice(0, -1),
    future: [...state.future, snapshot(state)],
  }
}

function redo(state: EditorState): EditorState {
  const future = state.future.at(-1)
  if (future === undefined) return state
  return {
    ...emptyEditor,
    ...future,
    kills: state.kills,
    past: [...state.past, snapshot(state)],
    future: state.future.slice(0, -1),
  }
}

const snapshot = ({ text, cursor }: EditorState): Snapshot => ({ text, cursor })
