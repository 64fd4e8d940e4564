/*
 * What stands around an address in a pasted command. Every start of the program needs this, so that
 * nothing large may be imported here.
 */

/** `gifchat`, `./node_modules/.bin/gifchat`, `gifchat@latest`. */
export const PROGRAM = /^(?:[^:]*[\\/])?gifchat(?:\.js)?(?:@[^/]+)?$/i
/** What stands in front of the program: a prompt, and what runs it without an installation. */
export const IN_FRONT = /^(?:[$%>#❯➜»]+|npx|-y|--yes)$/iu
export const ROOM_COMMAND = /^(?:join|send|tail)$/i
/** What may follow such a command: an address, or an id as servers give them. */
const ROOM = /\/|^[2-9a-z]{8}$/i

/** An address as it is typed in a shell. zsh takes the brackets of IPv6 for a pattern of files. */
export const shellWordOfAddress = (address: string): string =>
  address.includes('[') ? `"${address}"` : address

/**
 * The words of a command line, in which a pasted line is one word again: `join gifchat join
 * ws://host/id` is `join ws://host/id`, also without the program's name. What stands in front of a
 * command is left out, and the name of a command may have capitals.
 */
export function withPastedLines(words: readonly string[]): readonly string[] {
  const [command = '', ...rest] = words.slice(lengthInFront(words))
  const name = /^[A-Z]+$/.test(command) ? command.toLowerCase() : command
  if (name === '') return []
  if (!ROOM_COMMAND.test(name)) return [name, ...rest]
  const inFront = lengthInFront(rest)
  const [again = '', ...others] = rest.slice(inFront)
  const isAgain = ROOM_COMMAND.test(again) && (inFront > 0 || ROOM.test(others[0] ?? ''))
  return [name, ...(isAgain ? others : rest.slice(inFront))]
}

/** How many words are a prompt, `npx` and the program's own name. 0 if the name is not there. */
function lengthInFront(words: readonly string[]): number {
  const program = words.findIndex(word => !IN_FRONT.test(word))
  return PROGRAM.test(words[program] ?? '') ? program + 1 : 0
}
