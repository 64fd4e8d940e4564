/** Enters the alternate screen and hides the cursor; `RESTORE` undoes both (mode 1049). */
export const TAKE_SCREEN = '\x1b[?1049h\x1b[?25l'
/** Erases the whole screen, images too (ECMA-48, ED). */
export const ERASE_SCREEN = '\x1b[2J'
