import type { Texts } from '../../../i18n/en.ts'

export const COMMAND_NAMES = [
  'gif',
  'reply',
  'save',
  'open',
  'who',
  'invite',
  'leave',
  'help',
  'quit',
] as const satisfies readonly (keyof Texts['commands'])[]
export type CommandName = (typeof COMMAND_NAMES)[number]

/** What a line in the composer means. */
export type Line =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'command'; readonly name: CommandName; readonly argument: string }
  | { readonly type: 'unknown'; readonly name: string }

/** Each command's names in other languages. */
const ALIASES: Readonly<Record<string, CommandName>> = {
  움짤: 'gif',
  지프: 'gif',
  답장: 'reply',
  저장: 'save',
  열기: 'open',
  사람: 'who',
  초대: 'invite',
  나가기: 'leave',
  도움말: 'help',
  끝: 'quit',
}

const FILE_COMMANDS: ReadonlySet<CommandName> = new Set(['gif', 'save'])

/** Reads a line: `/name argument` is a command, `//text` says `/text`, all else is said as it is. */
export function readComposerLine(text: string): Line {
  if (text.startsWith('//')) return { type: 'say', text: text.slice(1) }
  const match = /^\/([\p{L}\p{N}]+)(?:\s+([\s\S]*))?$/u.exec(text.trimEnd())
  if (match === null) return { type: 'say', text }
  const typed = (match[1] ?? '').toLowerCase()
  const name = commandOf(typed)
  if (name === undefined) return { type: 'unknown', name: typed }
  return { type: 'command', name, argument: (match[2] ?? '').trim() }
}

/** The command of a name in whatever language, in capitals or not. */
export function commandOf(typed: string): CommandName | undefined {
  const name = typed.toLowerCase()
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name]
  return COMMAND_NAMES.find(command => command === name)
}

/** The command's name in Hangul. */
export const hangulNameOf = (command: CommandName): string =>
  Object.entries(ALIASES).find(([, named]) => named === command)?.[0] ?? command

/** Whether what follows the command is the path of a file. */
export const isFileCommand = (name: CommandName): boolean => FILE_COMMANDS.has(name)

/** A command under the name by which it is being typed. */
export interface NamedCommand {
  readonly command: CommandName
  readonly name: string
}

/** The commands that a name can become as it is typed on, by their names in the script it is typed in. */
export function commandsFrom(typed: string): readonly NamedCommand[] {
  const names: readonly NamedCommand[] = /^\p{Script=Hangul}/u.test(typed)
    ? Object.entries(ALIASES).map(([name, command]) => ({ command, name }))
    : COMMAND_NAMES.map(command => ({ command, name: command }))
  return names.filter(({ name }) => name.startsWith(typed.toLowerCase()))
}

/** Whether a pasted text is the path of one GIF file, as terminals paste a file that is dropped on them. */
export const isGifPath = (pasted: string): boolean =>
  /^(['"]?)(?:file:\/\/|[~.]{0,2}\/|[A-Za-z]:\\)[^\n]*\.gif\1$/i.test(pasted.trim())
