import { type EditorState, editText, emptyEditor, LONGEST_TEXT } from '../../text/editor/editor.ts'
import { editorCommandOf } from '../../text/editor/editor-keys.ts'
import { moveCursorVertically } from '../../text/editor/editor-layout.ts'
import {
  emptyHistory,
  hasDraftBehindHistory,
  type InputHistory,
  rememberInInputHistory,
  walkInputHistory,
} from '../../text/editor/input-history.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import { droppedGifPaths } from './completion/dropped-files.ts'

/** The text field in which the user writes a message. */
export interface ComposerState {
  readonly editor: EditorState
  readonly history: InputHistory
  /** Whether a part of the text was pasted. The user may not have read all of it. */
  readonly hasPaste: boolean
  /** Enter was pressed on a paste of more than a screenful. The next Enter sends it. */
  readonly isAsking: boolean
  /** The text was just refused, and will be again. A slash typed at its end begins a command. */
  readonly isRefused: boolean
  readonly popup: Popup
}

/** The list of completions at the cursor. */
export interface Popup {
  readonly isOpen: boolean
  /** The index that the arrow keys chose. */
  readonly chosen: number | undefined
  /**
   * Where the completed text began when the user closed the list. The list stays closed for that
   * text.
   */
  readonly dismissedAt: number | undefined
}

const CLOSED: Popup = { isOpen: false, chosen: undefined, dismissedAt: undefined }

export const emptyComposer: ComposerState = {
  editor: emptyEditor,
  history: emptyHistory,
  hasPaste: false,
  isAsking: false,
  isRefused: false,
  popup: CLOSED,
}

/** The composer after a key; `submitted` is the text that Enter sent, if it did. */
export function pressInComposer(
  composer: ComposerState,
  key: KeyPress,
  columns: number,
): { readonly composer: ComposerState; readonly submitted?: string } {
  if (key.type === 'text') return { composer: typeInto(composer, key.text) }
  switch (key.key) {
    case 'enter':
      return composer.editor.text.slice(0, composer.editor.cursor).endsWith('\\')
        ? {
            composer: typeInto(withEditor(composer, editText(composer.editor, { type: 'deleteBack' })), '\n'),
          }
        : submit(composer)
    case 'alt+enter':
    case 'shift+enter':
    case 'ctrl+enter':
    case 'ctrl+j':
      return { composer: typeInto(composer, '\n') }
    case 'up':
      return { composer: moveOrRecall(composer, -1, columns) }
    case 'down':
      return { composer: moveOrRecall(composer, 1, columns) }
    case 'escape':
      return { composer: forgetCommand(composer) }
    default: {
      const command = editorCommandOf(key.key)
      return {
        composer:
          command === undefined
            ? composer
            : withEditor(composer, editText(composer.editor, { type: command })),
      }
    }
  }
}

export const isEmptyComposer = ({ editor }: ComposerState): boolean => editor.text === ''

/** Whether the text begins as a command does. */
export const isWritingCommand = ({ editor }: ComposerState): boolean => editor.text.startsWith('/')

/** Whether the text is a lone question mark: it may be a message, or a call for help. */
export const composerAsksForHelp = ({ editor }: ComposerState): boolean =>
  editor.text === '?' || editor.text === '？'

/**
 * Whether there is room for a paste. A paste that does not fit is refused as a whole, because
 * the user could not see what was cut.
 */
export const composerHasRoomForPaste = ({ editor }: ComposerState, pasted: string): boolean =>
  editor.text.length + pasted.length <= LONGEST_TEXT

/**
 * The composer after a paste. Newlines are kept. The paths of GIFs that were dropped on an empty
 * composer become the commands that post them.
 */
export function pasteIntoComposer(composer: ComposerState, pasted: string): ComposerState {
  const text = pasted.replace(/\r\n?/g, '\n')
  const dropped = composer.editor.text === '' ? droppedGifPaths(text) : []
  const commands = dropped.map(path => `/gif ${path}`).join('\n')
  const typed = typeInto(composer, dropped.length > 0 ? commands : text)
  return { ...typed, hasPaste: true }
}

/**
 * Puts the last text back into an empty composer. The text was refused before it became a message,
 * so the user can correct it. Of several GIFs, only the refused ones come back.
 */
export function restoreLastSentInComposer(composer: ComposerState, path: string): ComposerState {
  const last = composer.history.sent.at(-1)
  if (last === undefined) return composer
  const { text } = composer.editor
  const lines = last.split('\n')
  const refused = lines.find(line => line.endsWith(path)) ?? last
  if (text === '') return { ...withComposerText(composer, refused), isRefused: true }
  const isOther = refused !== last && lines.includes(text) && text !== refused
  return isOther ? withComposerText(composer, `${text}\n${refused}`) : composer
}

/** The composer with the draft that was set aside for a command that the user never gave. */
export function restoreComposerDraft(composer: ComposerState): ComposerState {
  const walked = hasDraftBehindHistory(composer.history)
    ? walkInputHistory(composer.history, '', -1)
    : undefined
  return walked === undefined
    ? composer
    : { ...withComposerText(composer, walked.shown), history: walked.history }
}

function submit(composer: ComposerState): { readonly composer: ComposerState; readonly submitted?: string } {
  const { text, kills } = composer.editor
  if (text.trim() === '') return { composer: withComposerText(composer, '') }
  const { history, unsent } = rememberInInputHistory(composer.history, text)
  const next: ComposerState = { ...emptyComposer, history, editor: { ...emptyEditor, kills } }
  return { composer: unsent === '' ? next : withComposerText(next, unsent), submitted: text }
}

const typeInto = (composer: ComposerState, text: string): ComposerState =>
  withEditor(composer, editText(composer.editor, { type: 'insert', text }))

const withEditor = (composer: ComposerState, editor: EditorState): ComposerState => ({
  ...composer,
  editor,
  hasPaste: composer.hasPaste && editor.text !== '',
})

/** The composer with another text and the cursor at its end. */
export const withComposerText = (composer: ComposerState, text: string): ComposerState =>
  withEditor(composer, editText(composer.editor, { type: 'replace', text }))

/**
 * Whether the key begins another command instead of the refused one. After a space the slash may
 * begin the path that was missing.
 */
export const beginsAnotherCommand = ({ editor, isRefused }: ComposerState, key: KeyPress): boolean =>
  isRefused &&
  key.type === 'text' &&
  key.text.startsWith('/') &&
  editor.cursor === editor.text.length &&
  !/\s$/.test(editor.text)

/** The composer without its text. Ctrl-Y and Ctrl-_ bring the text back. */
export const clearComposer = (composer: ComposerState): ComposerState => ({
  ...withEditor(composer, editText(composer.editor, { type: 'killAll' })),
  isAsking: false,
  isRefused: false,
  popup: CLOSED,
})

/** Clears the composer if it holds a command. Any other text stays. */
const forgetCommand = (composer: ComposerState): ComposerState =>
  isWritingCommand(composer) ? clearComposer(composer) : composer

function moveOrRecall(composer: ComposerState, direction: -1 | 1, columns: number): ComposerState {
  const moved = moveCursorVertically(composer.editor, direction, columns)
  if (moved !== undefined) return withEditor(composer, moved)
  const walked = walkInputHistory(composer.history, composer.editor.text, direction)
  return walked === undefined
    ? composer
    : { ...withComposerText(composer, walked.shown), history: walked.history }
}
