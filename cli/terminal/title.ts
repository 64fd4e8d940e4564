/** Keeps the title that the window has, for `RESTORE_TITLE` (xterm ctlseqs, XTWINOPS). */
export const KEEP_TITLE = '\x1b[22;2t'

/** Gives the window its title back; where a terminal keeps none, it gets none. */
export const RESTORE_TITLE = '\x1b]2;\x1b\\\x1b[23;2t'

/** Names the window. */
export const titled = (title: string): string => `\x1b]2;${title.replace(/\p{C}/gu, '')}\x1b\\`

/** Rings, or flashes, as the terminal is set to. */
export const BELL = '\x07'
