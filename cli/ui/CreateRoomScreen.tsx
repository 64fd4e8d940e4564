import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import {
  CREATE_FIELDS,
  type CreateForm,
  createFieldProblem,
  defaultCreateField,
} from '../app/model/create-form.ts'
import type { Environment } from '../app/model/environment.ts'
import { layoutFormField } from '../app/view/form-layout.ts'
import { cutSpans, type Row, ruleRow, type Tone } from '../text/row.ts'
import { screenWidthOf } from '../text/screen-width.ts'
import { wrapText } from '../text/wrap-text.ts'
import { RowsPage } from './RowsPage.tsx'

interface CreateRoomProps {
  readonly form: CreateForm
  readonly environment: Environment
}

/** A field and what is wrong with it. */
const FIELD_ROWS = 2
const LEAST_ROWS_WITH_HEAD = 5

/** The form for a new room. */
export function CreateRoomScreen({ form, environment }: CreateRoomProps): ReactNode {
  const { texts, size } = environment
  const { create } = texts
  const widest = Math.max(...CREATE_FIELDS.map(field => screenWidthOf(create[field])))
  // In a narrow window, what is typed matters more than all of its label.
  const labelColumns = Math.min(widest + 5, Math.floor(size.columns / 2))
  const fields = CREATE_FIELDS.map(field =>
    layoutFormField(
      {
        key: field,
        label: create[field],
        editor: form.fields[field],
        isFocused: field === form.focus,
        isMasked: field === 'password' && !form.isPasswordShown,
        hint: field === 'password' ? create.noPassword : defaultCreateField(form, field),
        problem: createFieldProblem(form, field)?.(texts),
      },
      labelColumns,
      environment,
    ),
  )
  const message = form.isSubmitting ? texts.lobby.creating : (form.problem?.(texts) ?? '')
  const keys = screenWidthOf(create.keys) + 2 <= size.columns ? create.keys : create.keysShort
  const heading: Row = {
    key: 'heading',
    spans: cutSpans([{ text: ` ${create.heading}`, tone: 'strong' }], size.columns),
  }
  const head: readonly Row[] =
    size.rows < LEAST_ROWS_WITH_HEAD ? [] : [heading, ruleRow('rule', size.columns)]
  const bodyRows = Math.max(1, size.rows - head.length - 1)
  const focusRow = CREATE_FIELDS.indexOf(form.focus) * FIELD_ROWS
  // In a low window, the fields scroll so far that all of the focused one is in sight.
  const firstRow = Math.min(focusRow, Math.max(0, focusRow + FIELD_ROWS - bodyRows))
  const body = fields.flatMap(field => field.rows).slice(firstRow, firstRow + bodyRows)
  const line = (key: string, text: string, tone: Tone): Row => ({
    key,
    spans: cutSpans([{ text: ` ${text}`, tone }], size.columns),
  })
  // In a low window, what went wrong and the keys matter most.
  const told =
    message === ''
      ? wrapText(create.explanation, size.columns - 2).map((text, index) =>
          line(`told${index}`, text, 'faint'),
        )
      : [line('message', message, form.isSubmitting ? 'accent' : 'warning')]
  const spare = Math.max(0, size.rows - head.length - body.length - 1)
  const foot: readonly Row[] = [...(told.length <= spare ? told : []), line('keys', keys, 'faint')]
  const padding = Array.from(
    { length: Math.max(0, size.rows - head.length - body.length - foot.length) },
    (_, index): Row => ({ key: `pad${index}`, spans: [] }),
  )
  const { cursorX = 0 } = fields[CREATE_FIELDS.indexOf(form.focus)] ?? {}
  useCursor().setCursorPosition({
    x: Math.min(cursorX, size.columns - 1),
    y: head.length + focusRow - firstRow,
  })
  return <RowsPage rows={[...head, ...body, ...padding, ...foot]} height={size.rows} />
}
