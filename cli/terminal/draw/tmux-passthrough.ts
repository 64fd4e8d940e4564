/** A graphics command of kitty (docs/graphics-protocol.rst). */
const COMMAND = /\x1b_G[^\x1b]*\x1b\\/g

/**
 * Wraps kitty's commands, so that tmux passes them on to the terminal it runs in
 * (`allow-passthrough`). Each escape within them is doubled (tmux, FAQ).
 */
export const throughTmux = (text: string): string =>
  text.replace(COMMAND, command => `\x1bPtmux;${command.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`)
