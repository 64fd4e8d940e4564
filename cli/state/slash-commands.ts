import type { Texts } from '../i18n/en.ts'

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

/** Reads a line: `/name argument` is a command, `//text` says `/text`, all else is said as it is. */
export function readLine(text: string): Line {
  if (text.startsWith('//')) return { type: 'say', text: text.slice(1) }
  const match = /^\/([\p{L}\p{N}]+)(?:\s+([\s\S]*))?$/u.exec(text.trimEnd())
  if (match === null) return { type: 'say', text }
  const typed = (match[1] ?? '').toLowerCase()
  const name = COMMAND_NAMES.find(command => command === typed) ?? aliasOf(typed)
  if (name === undefined) return { type: 'unknown', name: typed }
  return { type: 'command', name, argument: (match[2] ?? '').trim() }
}

/** The commands that what is typed so far can become; none unless it begins with one slash and has no space. */
export function completionsOf(text: string): readonly CommandName[] {
  const typed = /^\/(\p{L}*)$/u.exec(text)?.[1]
  return typed === undefined ? [] : COMMAND_NAMES.filter(name => name.startsWith(typed.toLowerCase()))
}

/** Whether a pasted text is the path of one GIF file, as terminals paste a file that is dropped on them. */
export const isGifPath = (pasted: string): boolean =>
  /^(['"]?)(?:file:\/\/|[~.]{0,2}\/|[A-Za-z]:\\)[^\n]*\.gif\1$/i.test(pasted.trim())

const aliasOf = (typed: string): CommandName | undefined =>
  Object.hasOwn(ALIASES, typed) ? ALIASES[typed] : undefined
