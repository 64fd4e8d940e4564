type Environment = Readonly<Record<string, string | undefined>>

/**
 * Standard output that has the size in COLUMNS and LINES for as long as the terminal tells none, as
 * over a serial line.
 */
export function withWindowSize(stdout: NodeJS.WriteStream, env: Environment): NodeJS.WriteStream {
  if (hasWindowSize(stdout)) return stdout
  const named = { columns: countOf(env.COLUMNS), rows: countOf(env.LINES) }
  return new Proxy(stdout, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (property === 'columns' || property === 'rows') return value || named[property]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

export const hasWindowSize = ({ columns, rows }: NodeJS.WriteStream): boolean => columns > 0 && rows > 0

const countOf = (value = ''): number | undefined => (/^[1-9]\d{0,3}$/.test(value) ? Number(value) : undefined)
