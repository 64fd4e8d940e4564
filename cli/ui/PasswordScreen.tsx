import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { Environment } from '../app/model/environment.ts'
import type { PasswordForm } from '../app/model/password-form.ts'
import { layoutFormField } from '../app/view/form-layout.ts'
import { cutSpans, type Row, ruleRow } from '../text/row.ts'
import { screenWidthOf, truncateToColumns } from '../text/screen-width.ts'
import { RowsPage } from './RowsPage.tsx'

interface PasswordProps {
  readonly form: PasswordForm
  readonly now: number
  readonly environment: Environment
}

/** Asks for the password of a private room. After a wrong one it says how long to wait. */
export function PasswordScreen({ form, now, environment }: PasswordProps): ReactNode {
  const { texts, size } = environment
  const { password } = texts
  // A long title is cut rather than the sentence around it.
  const title = truncateToColumns(
    form.title,
    Math.max(8, size.columns - screenWidthOf(password.heading('')) - 2),
  )
  const wait = form.retryAt - now
  const progress = wait > 0 ? password.wait(wait) : form.isChecking ? password.checking : ''
  const labelColumns = screenWidthOf(password.label) + 5
  const field = layoutFormField(
    {
      key: 'password',
      label: password.label,
      editor: form.editor,
      isFocused: true,
      isMasked: !form.isShown,
      hint: '',
      problem: form.problem?.(texts),
    },
    labelColumns,
    environment,
  )
  const head: readonly Row[] = [
    {
      key: 'heading',
      spans: cutSpans([{ text: ` ${password.heading(title)}`, tone: 'strong' }], size.columns),
    },
    ruleRow('rule', size.columns),
  ]
  const progressRow: Row = {
    key: 'progress',
    spans: cutSpans([{ text: ` ${progress}`, tone: 'accent' }], size.columns),
  }
  const keys: Row = {
    key: 'keys',
    spans: cutSpans([{ text: ` ${password.keys}`, tone: 'faint' }], size.columns),
  }
  const padding = Array.from(
    { length: Math.max(0, size.rows - head.length - field.rows.length - 2) },
    (_, index): Row => ({ key: `pad${index}`, spans: [] }),
  )
  useCursor().setCursorPosition({ x: Math.min(field.cursorX, size.columns - 1), y: head.length })
  return <RowsPage rows={[...head, ...field.rows, progressRow, ...padding, keys]} height={size.rows} />
}
