// The terminal's life, while it shows the whole screen:
// 1. Raw mode goes on, so that neither answers nor keys typed ahead are echoed (`TerminalInput`).
// 2. The terminal is asked what it is, for a second at most (`askTerminal`).
// 3. `guardTerminal` is called: from now on the end of the process restores the terminal, too.
// 4. Ink enters the alternate screen; focus and mouse reports are switched on (`askForReports`).
// 5. Ctrl-Z gives the terminal to the shell for a while, and `fg` takes it back (`useSuspend`).
// 6. `RESTORE` is written once, and raw mode goes off. The shell has its screen back.

/** Switches kitty's key protocol off. Only for terminals that know it: QTerminal prints a `u`. */
export const KEY_PROTOCOL_OFF = '\x1b[<u'

interface RestorableOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/**
 * In this order (xterm ctlseqs, DEC private modes): ends synchronized output (2026). Switches off
 * mouse reports (1000 to 1006), bracketed paste (2004) and focus reports (1004). Resets the style,
 * shows the cursor (25), leaves the alternate screen (1049).
 */
export const RESTORE =
  '\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[0m\x1b[?25h\x1b[?1049l'

/**
 * Makes sure that the terminal is given back. The returned function does it, once; the end of the
 * process calls it too, even after a crash. Call this when the screen is taken over and not before:
 * leaving an alternate screen that was never entered moves the cursor. `first` is written before
 * everything else.
 */
export function guardTerminal(
  output: RestorableOutput,
  host: Pick<NodeJS.Process, 'on' | 'off'> = process,
  first = '',
): () => void {
  let isRestored = output.isTTY !== true
  const restore = () => {
    host.off('exit', restore)
    if (isRestored) return
    isRestored = true
    if (first !== '') output.write(first)
    output.write(RESTORE)
  }
  host.on('exit', restore)
  return restore
}
