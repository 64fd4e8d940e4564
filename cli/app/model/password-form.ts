import { OWN_MISTAKES, type RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId } from '../../../protocol/model.ts'
import { problemSentence, type Sentence } from '../../i18n/problem-sentence.ts'
import { type EditorState, editText, emptyEditor } from '../../text/editor/editor.ts'
import { editorCommandOf } from '../../text/editor/editor-keys.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import { pastedFieldText } from './create-form.ts'

/** Milliseconds until the same password is tried again if the server gives no time. */
const RETRY_MS = 1_000

/** The password prompt of a private room. */
export interface PasswordForm {
  readonly room: RoomId
  readonly title: string
  readonly editor: EditorState
  readonly isShown: boolean
  readonly isChecking: boolean
  /** The password is sent when the wait is over. The user or a retryable refusal queued it. */
  readonly isQueued: boolean
  readonly problem: Sentence | undefined
  /** The server refuses every try before this time, in milliseconds since 1970. */
  readonly retryAt: number
}

export const emptyPasswordForm = (room: RoomId, title: string): PasswordForm => ({
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
export function pressInPasswordForm(before: PasswordForm, key: KeyPress): PasswordForm {
  const form = { ...before, isQueued: false }
  if (key.type === 'text')
    return { ...form, editor: editText(form.editor, { type: 'insert', text: pastedFieldText(key.text) }) }
  if (key.key === 'ctrl+t') return { ...form, isShown: !form.isShown }
  const command = editorCommandOf(key.key)
  return command === undefined ? form : { ...form, editor: editText(form.editor, { type: command }) }
}

/**
 * The prompt after a refusal. A retryable error sends the same password again after the wait. Any
 * other error clears the password.
 */
export const passwordFormAfterRefusal = (
  form: PasswordForm,
  error: RequestError,
  now: number,
): PasswordForm => ({
  ...form,
  editor: error.isRetryable ? form.editor : emptyEditor,
  isChecking: false,
  isQueued: error.isRetryable,
  problem: problemOf(error),
  retryAt: now + (error.retryAfterMs ?? (error.isRetryable ? RETRY_MS : 0)),
})

function problemOf(error: RequestError): Sentence {
  if (error.code === 'wrongPassword') return texts => texts.password.wrong
  return error.reason === OWN_MISTAKES ? texts => texts.password.locked : problemSentence(error)
}
