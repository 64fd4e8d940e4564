import type { RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId } from '../../../protocol/model.ts'
import { problemSentence, type Sentence } from '../../i18n/problem-sentence.ts'
import { type EditorState, edit, emptyEditor } from '../../text/editor/editor.ts'
import { editorCommandOf } from '../../text/editor/editor-keys.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import { oneLine } from './create-form.ts'

/** Milliseconds until the next try of the same password where the server names none. */
const RETRY_MS = 1_000

/** The prompt before a private room. */
export interface PasswordForm {
  readonly room: RoomId
  readonly title: string
  readonly editor: EditorState
  readonly isShown: boolean
  readonly isChecking: boolean
  /** Enter was pressed while a try would not have counted: it goes out when the wait is over. */
  readonly isQueued: boolean
  readonly problem: Sentence | undefined
  /** Milliseconds since 1970 before which a further try does not count. */
  readonly retryAt: number
}

export const passwordForm = (room: RoomId, title: string): PasswordForm => ({
  room,
  title,
  editor: emptyEditor,
  isShown: false,
  isChecking: false,
  isQueued: false,
  problem: undefined,
  retryAt: 0,
})

/** The prompt after a key or a paste. */
export function pressInPassword(before: PasswordForm, key: KeyPress): PasswordForm {
  const form = { ...before, isQueued: false }
  if (key.type === 'text')
    return { ...form, editor: edit(form.editor, { type: 'insert', text: oneLine(key.text) }) }
  if (key.key === 'ctrl+t') return { ...form, isShown: !form.isShown }
  const command = editorCommandOf(key.key)
  return command === undefined ? form : { ...form, editor: edit(form.editor, { type: command }) }
}

/**
 * The prompt after a refusal, shut until the next try makes sense: emptied where the password was wrong, else it goes out
 * again by itself.
 */
export const refused = (form: PasswordForm, error: RequestError, now: number): PasswordForm => ({
  ...form,
  editor: error.isRetryable ? form.editor : emptyEditor,
  isChecking: false,
  isQueued: error.isRetryable,
  problem: error.code === 'wrongPassword' ? texts => texts.password.wrong : problemSentence(error),
  retryAt: now + (error.retryAfterMs ?? (error.isRetryable ? RETRY_MS : 0)),
})
