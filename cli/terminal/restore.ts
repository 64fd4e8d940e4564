/** The parts of standard output that restoring needs. */
export interface RestorableOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/**
 * End of synchronized output, mouse off, bracketed paste off, focus reports off, kitty keys off, plain style, cursor
 * shown, back from the alternate screen (xterm ctlseqs, DEC private modes).
 */
export const RESTORE =
  '\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[0m\x1b[?25h\x1b[?1049l'

/**
 * Promises to give the terminal back: the function it returns does so, once however often it is called, and the end
 * of the process, also by a crash, calls it. To be called when the screen is taken over, not before: leaving an
 * alternate screen that was never entered moves the cursor. `first` goes out before all else.
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
