import type { Texts } from '../../../i18n/en.ts'

export const COMMAND_NAMES = [
  'gif',
  'reply',
  'save',
  'open',
  'find',
  'who',
  'invite',
  'share',
  'leave',
  'help',
  'detach',
  'quit',
] as const satisfies readonly (keyof Texts['commands'])[]
export type CommandName = (typeof COMMAND_NAMES)[number]

/** The meaning of the text in the composer. */
type ComposerLine =
  | { readonly type: 'say'; readonly text: string }
  /** `typed` is its name as the user wrote it. */
  | {
      readonly type: 'command'
      readonly name: CommandName
      readonly typed: string
      readonly argument: string
    }
  | { readonly type: 'unknown'; readonly name: string }

/** The commands by their Korean names. */
const ALIASES: Readonly<Record<string, CommandName>> = {
  움짤: 'gif',
  지프: 'gif',
  답장: 'reply',
  저장: 'save',
  열기: 'open',
  검색: 'find',
  사람: 'who',
  초대: 'invite',
  공유: 'share',
  나가기: 'leave',
  도움말: 'help',
  남기기: 'detach',
  끝: 'quit',
}

/** Commands that do something only where this program runs the server itself. */
export const HOST_COMMANDS: ReadonlySet<CommandName> = new Set(['share', 'detach'])

/** The commands that do something here. */
export const commandsFor = (isHosting: boolean): readonly CommandName[] =>
  COMMAND_NAMES.filter(name => isHosting || !HOST_COMMANDS.has(name))

const WITH_ARGUMENT: ReadonlySet<CommandName> = new Set(['gif', 'reply', 'save', 'find'])
const FILE_COMMANDS: ReadonlySet<CommandName> = new Set(['gif', 'save'])

/** `/name argument` is a command. `//text` is the message `/text`. Any other text is a message. */
export function readComposerLine(text: string): ComposerLine {
  if (text.startsWith('//')) return { type: 'say', text: text.slice(1) }
  const match = /^\/([\p{L}\p{N}]+)(?:\s+([\s\S]*))?$/u.exec(text.trimEnd())
  if (match === null) return { type: 'say', text }
  const typed = (match[1] ?? '').toLowerCase()
  const name = slashCommandOf(typed)
  if (name === undefined) return { type: 'unknown', name: typed }
  return { type: 'command', name, typed, argument: (match[2] ?? '').trim() }
}

/** The command with this name in either language. Letter case does not matter. */
export function slashCommandOf(typed: string): CommandName | undefined {
  const name = typed.toLowerCase()
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name]
  return COMMAND_NAMES.find(command => command === name)
}

export const hangulNameOfCommand = (command: CommandName): string =>
  Object.entries(ALIASES).find(([, named]) => named === command)?.[0] ?? command

/** Whether something may follow the command. */
export const takesArgument = (name: CommandName): boolean => WITH_ARGUMENT.has(name)

/** Whether the command's argument is the path of a file. */
export const isFileCommand = (name: CommandName): boolean => FILE_COMMANDS.has(name)

/** A command and the name under which the user is typing it. */
interface NamedCommand {
  readonly command: CommandName
  readonly name: string
}

/** The commands whose names begin with the typed text, with their names in the same script. */
export function slashCommandsFrom(typed: string, isHosting: boolean): readonly NamedCommand[] {
  const shown = commandsFor(isHosting)
  const names: readonly NamedCommand[] = /^\p{Script=Hangul}/u.test(typed)
    ? Object.entries(ALIASES).map(([name, command]) => ({ command, name }))
    : shown.map(command => ({ command, name: command }))
  return names.filter(({ command, name }) => shown.includes(command) && name.startsWith(typed.toLowerCase()))
}

/** The paths in `/gif PATH`. More may follow, each after the command on a line of its own. */
export function gifPathsOf(argument: string): readonly string[] {
  const [first = '', ...others] = argument.split('\n')
  const lines = others.map(readComposerLine)
  const paths = lines.flatMap(line => (line.type === 'command' && line.name === 'gif' ? [line.argument] : []))
  return paths.length === lines.length ? [first.trim(), ...paths].filter(path => path !== '') : [argument]
}
