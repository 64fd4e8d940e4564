import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { Environment } from '../state/environment.ts'
import { rule } from '../state/lobby-layout.ts'
import { cutSpans, type Row } from '../state/row.ts'
import { fit, widthOf } from '../state/screen-width.ts'
import { Page } from './Page.tsx'

/** The keys of the list of rooms, over the whole screen. (A room shows its own in the conversation, forms in their last row.) */
export function Help({ environment }: { readonly environment: Environment }): ReactNode {
  useCursor().setCursorPosition(undefined)
  const { texts, size } = environment
  const { help } = texts
  const heading: Row = {
    key: 'heading',
    spans: cutSpans(
      [
        { text: ` ${help.heading}`, tone: 'strong' },
        { text: `  ${help.close}`, tone: 'faint' },
      ],
      size.columns,
    ),
  }
  const keyColumns = Math.max(...help.lobby.map(([keys = '']) => widthOf(keys))) + 2
  const keys = help.lobby.map(
    ([keys = '', about = ''], index): Row => ({
      key: `lobby${index}`,
      spans: cutSpans([{ text: ` ${fit(keys, keyColumns)}`, tone: 'accent' }, { text: about }], size.columns),
    }),
  )
  const more: Row = { key: 'more', spans: cutSpans([{ text: ` ${help.more}`, tone: 'faint' }], size.columns) }
  const isRoomy = size.rows > keys.length + 4
  const rows = isRoomy
    ? [heading, rule('rule', size.columns), ...keys, { key: 'gap', spans: [] }, more]
    : [heading, ...keys, more]
  return <Page rows={rows} height={size.rows} />
}
