/** Asks the terminal to tell when its window gets and loses the focus (xterm ctlseqs, mode 1004). */
const WATCH_FOCUS = '\x1b[?1004h'
/** Asks for buttons and the wheel, with places in decimal (modes 1000 and 1006); selecting then needs Shift. */
const WATCH_MOUSE = '\x1b[?1000h\x1b[?1006h'

/** What the terminal is to tell by itself while the screen is ours. */
export const reportsOn = ({ mouse }: { readonly mouse: boolean }): string =>
  WATCH_FOCUS + (mouse ? WATCH_MOUSE : '')

/** For a shell, which understands no reports; `RESTORE` says it too. */
export const REPORTS_OFF = '\x1b[?1006l\x1b[?1000l\x1b[?1004l'
