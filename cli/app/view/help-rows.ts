import { cutSpans, type Row, ruleRow, type Span, spreadSpans } from '../../text/row.ts'
import { fitToColumns, screenWidthOf } from '../../text/screen-width.ts'
import { wrapText } from '../../text/wrap-text.ts'
import type { AppState } from '../model/app-state.ts'
import { commandsFor, hangulNameOfCommand } from '../model/completion/slash-commands.ts'
import type { Environment } from '../model/environment.ts'

/** The screens that have help. Forms show their keys in their last row instead. */
type Place = 'lobby' | 'chat'

/** The help, as rows for the whole screen. */
interface HelpLayout {
  readonly rows: readonly Row[]
  /** The last row to which the help can scroll. 0 if all of it fits. */
  readonly furthest: number
}

type Line = readonly [keys: string, about: string]

/** Lays out the keys of the current screen. If they do not all fit, the help scrolls. */
export function layoutHelp({ environment, screen, hosting, helpRow = 0 }: AppState): HelpLayout {
  const { size } = environment
  const body = bodyOf(screen.name === 'chat' ? 'chat' : 'lobby', environment, hosting !== undefined)
  const room = Math.max(1, size.rows - 1)
  const furthest = Math.max(0, body.length - room)
  const first = Math.min(helpRow, furthest)
  const seen = body.slice(first, first + room)
  const head = [
    headingRow(environment, screen.name === 'chat' ? 'chat' : 'lobby', furthest > 0, first, body.length),
  ]
  if (body.length < room) head.push(ruleRow('rule', size.columns))
  return { rows: [...head, ...seen], furthest }
}

function headingRow(
  { texts, size }: Environment,
  place: Place,
  canScroll: boolean,
  first: number,
  total: number,
): Row {
  const { help } = texts
  const left: readonly Span[] = [
    { text: ` ${place === 'chat' ? help.inRoom : help.heading}`, tone: 'strong' },
    { text: `  ${canScroll ? help.scroll : help.close}`, tone: 'faint' },
  ]
  const last = Math.min(total, first + size.rows - 1)
  const right: readonly Span[] = canScroll ? [{ text: `${first + 1}–${last}/${total} `, tone: 'faint' }] : []
  return { key: 'heading', spans: spreadSpans(cutSpans(left, size.columns), right, size.columns) }
}

function bodyOf(place: Place, { texts, size }: Environment, isHosting: boolean): readonly Row[] {
  const groups =
    place === 'chat'
      ? [commandLines(texts, isHosting), helpLines(texts.help.chat)]
      : [helpLines(texts.help.lobby)]
  const keyColumns = Math.max(...groups.flat().map(([keys]) => screenWidthOf(keys))) + 2
  const gap: Row = { key: 'gap', spans: [] }
  const rows = groups.flatMap((lines, group) => [
    ...(group === 0 ? [] : [{ ...gap, key: `gap${group}` }]),
    ...lines.flatMap((line, index) => lineRows(`help${group}.${index}`, line, keyColumns, size.columns)),
  ])
  if (place === 'chat') return rows
  const more: Row = {
    key: 'more',
    spans: cutSpans([{ text: ` ${texts.help.more}`, tone: 'faint' }], size.columns),
  }
  return [...rows, gap, more]
}

/** A key and its explanation, wrapped. */
function lineRows(key: string, [keys, about]: Line, keyColumns: number, columns: number): readonly Row[] {
  return wrapText(about, Math.max(8, columns - keyColumns - 2)).map((text, index) => ({
    key: `${key}.${index}`,
    spans: cutSpans(
      [{ text: ` ${fitToColumns(index === 0 ? keys : '', keyColumns)}`, tone: 'accent' }, { text }],
      columns,
    ),
  }))
}

const helpLines = (lines: readonly (readonly string[])[]): readonly Line[] =>
  lines.map(([keys = '', about = '']) => [keys, about])

/** Commands for hosts are left out for others, so that the help fits into a usual window. */
const commandLines = (texts: Environment['texts'], isHosting: boolean): readonly Line[] =>
  commandsFor(isHosting).map(name => {
    const { usage, about } = texts.commands[name]
    return [usage, texts.language === 'ko' ? `${about} (/${hangulNameOfCommand(name)})` : about]
  })
