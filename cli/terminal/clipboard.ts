/** Puts a text on the clipboard, where the terminal allows it (xterm ctlseqs, OSC 52). */
export const clipboardSequence = (text: string): string =>
  `\x1b]52;c;${Buffer.from(text).toString('base64')}\x1b\\`
