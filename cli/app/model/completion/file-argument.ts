/** A path that is being typed: the directory it names so far, and the beginning of a name in it. */
interface FileArgument {
  /** The directory as typed, with its quote closed; empty for the working directory. */
  readonly directory: string
  /** The beginning of the name, without quotes and backslashes. */
  readonly fragment: string
  /** The whole argument with a name from that directory; undefined if it cannot be quoted. */
  complete(name: string, isDirectory: boolean): string | undefined
}

/**
 * Reads a path as people type it: with plain spaces, in quotes, or with backslashes. Returns
 * undefined if its quote is already closed.
 */
export function readFileArgument(typed: string): FileArgument | undefined {
  const quote = /^['"]/.exec(typed)?.[0] ?? ''
  const body = typed.slice(quote.length)
  if (quote !== '' && body.includes(quote)) return undefined
  const start = body.lastIndexOf('/') + 1
  const head = body.slice(0, start)
  const tail = body.slice(start)
  return {
    directory: head === '' ? '' : quote + head + quote,
    fragment: quote === "'" ? tail : tail.replace(/\\(.?)/g, '$1'),
    complete(name, isDirectory) {
      const written = writtenIn(quote, name)
      return written === undefined ? undefined : quote + head + written + (isDirectory ? '/' : quote)
    },
  }
}

function writtenIn(quote: string, name: string): string | undefined {
  switch (quote) {
    case "'":
      return name.includes("'") ? undefined : name
    case '"':
      return name.replace(/["\\$`]/g, '\\$&')
    default:
      return name.replace(/[\\'"]|^ /g, '\\$&')
  }
}
