/**
 * Makes the terminal report when its window gains or loses the focus (mode 1004, xterm ctlseqs).
 */
const WATCH_FOCUS = '\x1b[?1004h'
/** Reports buttons and the wheel in decimal (modes 1000, 1006). Selecting text then needs Shift. */
const WATCH_MOUSE = '\x1b[?1000h\x1b[?1006h'

/** Switches on the reports that the app wants while it has the screen. */
export const askForReports = ({ mouse }: { readonly mouse: boolean }): string =>
  WATCH_FOCUS + (mouse ? WATCH_MOUSE : '')

/** Switches them off for a shell, which would print them. `RESTORE` does it too. */
export const REPORTS_OFF = '\x1b[?1006l\x1b[?1000l\x1b[?1004l'
