import { COLUMNS, type Goal, type Row } from './section.ts'

/** All rows as one Markdown table. Columns without figures are left out. */
export function table(rows: readonly Row[]): string {
  const columns = COLUMNS.filter(column => rows.some(({ values }) => values[column] !== undefined))
  const head = ['', ...columns, 'goal']
  const lines = rows.map(({ what, values, goals = [] }) => [
    what,
    ...columns.map(column => values[column] ?? ''),
    goals.map(goalText).join('; '),
  ])
  return [head, head.map(() => '---'), ...lines].map(cells => `| ${cells.join(' | ')} |\n`).join('')
}

const goalText = ({ text, measured, isMet }: Goal): string =>
  `${text}: ${measured}, ${isMet ? 'met' : '**missed**'}`
