import { type CommandName, isFileCommand, slashCommandOf } from './slash-commands.ts'

/** The text before the cursor that can be completed, from `start` to `end` as UTF-16 indexes. */
export interface CompletionQuery {
  readonly kind: 'command' | 'file' | 'person' | 'emoji'
  readonly start: number
  readonly end: number
  /** The text without its opening sign (`/`, `@` or `:`). */
  readonly typed: string
}

const COMMAND = /^\/(\p{L}*)$/u
const FILE = /^\/(\p{L}+)\s+(?=\S|$)/u
const PERSON = /(?:^|[\s(])@(#?[\p{L}\p{N}]*)$/u
// A colon and one letter is more often an emoticon (`:D`) than a name.
const EMOJI = /(?:^|[^\p{L}\p{N}_:/])(:(?:[a-z0-9_+-]{2,}|[\p{Script=Hangul}_]+))$/u
const INSIDE_WORD = /^[\p{L}\p{N}_]/u

/** The text to complete at the cursor; undefined inside a word. */
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
  const name: CommandName | undefined = slashCommandOf(typed)
  return name !== undefined && isFileCommand(name)
}
