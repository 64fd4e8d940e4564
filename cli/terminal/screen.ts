/** Enters the alternate screen, which `RESTORE` leaves (xterm ctlseqs, mode 1049), with the cursor hidden. */
export const TAKE_SCREEN = '\x1b[?1049h\x1b[?25l'
/** Erases all that is seen, images too (ECMA-48, ED). */
export const ERASE_SCREEN = '\x1b[2J'
