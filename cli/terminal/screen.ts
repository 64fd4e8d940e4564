/** Enters the alternate screen, which `RESTORE` leaves (xterm ctlseqs, mode 1049), with the cursor hidden. */
export const TAKE_SCREEN = '\x1b[?1049h\x1b[?25l'
