/** Enters the alternate screen and hides the cursor; `RESTORE` undoes both (mode 1049). */
export const TAKE_SCREEN = '\x1b[?1049h\x1b[?25l'
/**
 * Whether the terminal may have one screen only, on which the conversation would stay: the Linux
 * console, and GNU screen, unless its `altscreen` is on.
 */
export const hasOneScreen = ({ STY, TERM = '' }: Readonly<Record<string, string | undefined>>): boolean =>
  STY !== undefined || /^(?:screen|linux)/.test(TERM)

/** Erases the screen row by row. `2J` would keep what it erases in GNU screen's history. */
export const ERASE_FROM_HOME = '\x1b[H\x1b[J'

/** Erases the whole screen, images too (ECMA-48, ED). */
export const ERASE_SCREEN = '\x1b[2J'
