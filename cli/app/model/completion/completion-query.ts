import { type CommandName, commandOf, isFileCommand } from './slash-commands.ts'

/** What stands before the cursor and can be completed: `typed` is from `start` to `end`, as UTF-16 indexes. */
export interface CompletionQuery {
  readonly kind: 'command' | 'file' | 'person' | 'emoji'
  readonly start: number
  readonly end: number
  /** Without the sign that opens it. */
  readonly typed: string
}

const COMMAND = /^\/(\p{L}*)$/u
const FILE = /^\/(\p{L}+)\s+(?=\S|$)/u
const PERSON = /(?:^|[\s(])@(#?[\p{L}\p{N}]*)$/u
// One letter after a colon is more often a face (`:D`) than a name.
const EMOJI = /(?:^|[^\p{L}\p{N}_:/])(:(?:[a-z0-9_+-]{2,}|[\p{Script=Hangul}_]+))$/u
const INSIDE_WORD = /^[\p{L}\p{N}_]/u

/** What can be completed at the cursor; nothing inside of a word. */
export function completionQueryAt(text: string, cursor: number): CompletionQuery | undefined {
  if (INSIDE_WORD.test(text.slice(cursor))) return undefined
  const before = text.slice(0, cursor)
  const command = COMMAND.exec(before)
  if (command !== null) return { kind: 'command', start: 0, end: cursor, typed: command[1] ?? '' }
  const file = FILE.exec(before)
  if (file !== null && takesFile(file[1] ?? '')) {
    const start = file[0].length
    return before.includes('\n')
      ? undefined
      : { kind: 'file', start, end: cursor, typed: before.slice(start) }
  }
  const person = PERSON.exec(before)
  if (person !== null) {
    const typed = person[1] ?? ''
    return { kind: 'person', start: cursor - typed.length - 1, end: cursor, typed }
  }
  const emoji = EMOJI.exec(before)?.[1]
  return emoji === undefined
    ? undefined
    : { kind: 'emoji', start: cursor - emoji.length, end: cursor, typed: emoji.slice(1) }
}

function takesFile(typed: string): boolean {
  const name: CommandName | undefined = commandOf(typed)
  return name !== undefined && isFileCommand(name)
}
