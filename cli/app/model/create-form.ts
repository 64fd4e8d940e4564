import { codePointLength, LIMITS } from '../../../protocol/limits.ts'
import { passwordSchema, roomMaxSchema, titleSchema } from '../../../protocol/model.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import { type EditorState, editText, emptyEditor } from '../../text/editor/editor.ts'
import { editorCommandOf } from '../../text/editor/editor-keys.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'

export const CREATE_FIELDS = ['title', 'max', 'password'] as const
type CreateField = (typeof CREATE_FIELDS)[number]

/** The form for a new room. */
export interface CreateForm {
  readonly fields: Readonly<Record<CreateField, EditorState>>
  /** The title of the room if the user gives none. */
  readonly suggestedTitle: string
  readonly focus: CreateField
  readonly isPasswordShown: boolean
  readonly isSubmitting: boolean
  /** Why the server refused the room. */
  readonly problem: Sentence | undefined
}

/** A room as the form describes it. */
export interface NewRoom {
  readonly title: string
  readonly max: number
  readonly password?: string
}

export const emptyCreateForm = (suggestedTitle: string): CreateForm => ({
  fields: { title: emptyEditor, max: emptyEditor, password: emptyEditor },
  suggestedTitle,
  focus: 'title',
  isPasswordShown: false,
  isSubmitting: false,
  problem: undefined,
})

/** The value of an empty field. Fields start empty, so that the user need not clear them first. */
export const defaultCreateField = ({ suggestedTitle }: CreateForm, field: CreateField): string =>
  ({ title: suggestedTitle, max: String(LIMITS.roomMaxDefault), password: '' })[field]

const fieldValue = (form: CreateForm, field: CreateField): string =>
  form.fields[field].text || defaultCreateField(form, field)

/** What is wrong with a field, checked while the user types. */
export function createFieldProblem(form: CreateForm, field: CreateField): Sentence | undefined {
  const text = fieldValue(form, field)
  switch (field) {
    case 'title':
      if (titleSchema.safeParse(text).success) return undefined
      return codePointLength(text.trim()) > LIMITS.titleLength
        ? texts => texts.create.titleTooLong
        : texts => texts.create.titleEmpty
    case 'max':
      return roomMaxSchema.safeParse(maxOf(text)).success ? undefined : texts => texts.create.maxInvalid
    case 'password':
      return text === '' || passwordSchema.safeParse(text).success
        ? undefined
        : texts => texts.create.passwordTooLong
    default:
      return field satisfies never
  }
}

/** The room that the form describes, or undefined while something is wrong with it. */
export function newRoomOfForm(form: CreateForm): NewRoom | undefined {
  if (CREATE_FIELDS.some(field => createFieldProblem(form, field) !== undefined)) return undefined
  const room = { title: titleSchema.parse(fieldValue(form, 'title')), max: maxOf(fieldValue(form, 'max')) }
  const password = fieldValue(form, 'password')
  return password === '' ? room : { ...room, password }
}

/** The form after a key or a paste. */
export function pressInCreateForm(form: CreateForm, key: KeyPress): CreateForm {
  if (key.type === 'text')
    return editField(form, editor => editText(editor, { type: 'insert', text: pastedFieldText(key.text) }))
  switch (key.key) {
    case 'tab':
    case 'down':
      return { ...form, focus: neighbourField(form.focus, 1) }
    case 'shift+tab':
    case 'up':
      return { ...form, focus: neighbourField(form.focus, -1) }
    case 'ctrl+t':
      return { ...form, isPasswordShown: !form.isPasswordShown }
    default: {
      const command = editorCommandOf(key.key)
      return command === undefined ? form : editField(form, editor => editText(editor, { type: command }))
    }
  }
}

export const firstWrongCreateField = (form: CreateForm): CreateField | undefined =>
  CREATE_FIELDS.find(field => createFieldProblem(form, field) !== undefined)

/** Joins the lines of a pasted text, because a field has only one line. */
export const pastedFieldText = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ')

const editField = (form: CreateForm, change: (editor: EditorState) => EditorState): CreateForm => ({
  ...form,
  problem: undefined,
  fields: { ...form.fields, [form.focus]: change(form.fields[form.focus]) },
})

const neighbourField = (field: CreateField, step: number): CreateField =>
  CREATE_FIELDS[(CREATE_FIELDS.indexOf(field) + step + CREATE_FIELDS.length) % CREATE_FIELDS.length] ?? field

const maxOf = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN)
