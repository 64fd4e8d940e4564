/** Makes the terminal remember the window's title for `RESTORE_TITLE` (xterm ctlseqs, XTWINOPS). */
export const KEEP_TITLE = '\x1b[22;2t'

/** Restores the window's title. A terminal that remembers none gets an empty one. */
export const RESTORE_TITLE = '\x1b]2;\x1b\\\x1b[23;2t'

/** Sets the title of the window. */
export const titleSequence = (title: string): string => `\x1b]2;${title.replace(/\p{C}/gu, '')}\x1b\\`

/** Rings or flashes, depending on how the terminal is set up. */
export const BELL = '\x07'
