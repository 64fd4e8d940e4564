/** Enters the alternate screen and hides the cursor; `RESTORE` undoes both (mode 1049). */
export const TAKE_SCREEN = '\x1b[?1049h\x1b[?25l'
/**
 * Whether the terminal may have one screen only, on which the conversation would stay: the Linux
 * console, and GNU screen, unless its `altscreen` is on.
 */
export const hasOneScreen = ({ STY, TERM = '' }: Readonly<Record<string, string | undefined>>): boolean =>
  STY !== undefined || /^(?:screen|linux)/.test(TERM)

/**
 * Erases the screen in two parts. GNU screen keeps in its history what is erased as a whole, by
 * `2J` or by `J` from the first row (4.9).
 */
export const ERASE_WITHOUT_HISTORY = '\x1b[2;1H\x1b[J\x1b[H\x1b[K'

/** Erases the whole screen, images too (ECMA-48, ED). */
export const ERASE_SCREEN = '\x1b[2J'

/**
 * Standard output for GNU screen: whatever is erased as a whole, by Ink too, is erased in two
 * parts. The cursor ends where it would have.
 */
export function withoutHistory(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: never[]): boolean =>
    stdout.write(typeof chunk === 'string' ? eraseInParts(chunk) : chunk, ...rest)
  return new Proxy(stdout, {
    get(target, property) {
      if (property === 'write') return write
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const eraseInParts = (text: string): string =>
  text
    .replace(/\x1b\[(?:1;1)?H\x1b\[0?J/g, ERASE_WITHOUT_HISTORY)
    .replaceAll(ERASE_SCREEN, `\x1b7${ERASE_WITHOUT_HISTORY}\x1b8`)
