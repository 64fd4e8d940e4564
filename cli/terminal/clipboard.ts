/** Puts a text on the clipboard of who sits at the terminal (xterm ctlseqs, OSC 52); not every terminal lets a program do that. */
export const toClipboard = (text: string): string => `\x1b]52;c;${Buffer.from(text).toString('base64')}\x1b\\`
