import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { Environment } from '../state/environment.ts'
import { rule } from '../state/lobby-layout.ts'
import { helpLine } from '../state/notes.ts'
import { cutSpans, type Row } from '../state/row.ts'
import { Page } from './Page.tsx'

/** The keys and commands there are, over the whole screen. */
export function Help({ environment }: { readonly environment: Environment }): ReactNode {
  useCursor().setCursorPosition(undefined)
  const { texts, size } = environment
  const { help, commands, lobby } = texts
  const explained = (group: string, lines: readonly (readonly string[])[]): readonly Row[] =>
    lines.map(([keys = '', about = ''], index) => ({
      key: `${group}${index}`,
      spans: cutSpans([{ text: '   ' }, ...helpLine(keys, about)], size.columns),
    }))
  const rows: readonly Row[] = [
    {
      key: 'heading',
      spans: cutSpans(
        [
          { text: ` ${help.heading}`, tone: 'strong' },
          { text: `  ${help.close}`, tone: 'faint' },
        ],
        size.columns,
      ),
    },
    rule('rule', size.columns),
    { key: 'lobby', spans: [{ text: ` ${lobby.title}`, tone: 'strong' }] },
    ...explained('lobby', help.lobby),
    { key: 'chat', spans: [{ text: ` ${texts.help.inRoom}`, tone: 'strong' }] },
    ...explained('chat', help.chat),
    ...explained(
      'command',
      Object.values(commands).map(({ usage, about }) => [usage, about]),
    ),
  ]
  return <Page rows={rows} height={size.rows} />
}
