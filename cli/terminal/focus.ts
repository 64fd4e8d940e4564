/** Asks the terminal to tell when its window gets and loses the focus (xterm ctlseqs, mode 1004); `RESTORE` ends that. */
export const WATCH_FOCUS = '\x1b[?1004h'

export const IGNORE_FOCUS = '\x1b[?1004l'
