import type { User } from '../../../../protocol/model.ts'
import { seenFileName } from '../../../files/real-file.ts'
import { gifSizeInWords } from '../../../gif/gif-in-words.ts'
import type { AppState } from '../app-state.ts'
import type { ChatState } from '../chat-state.ts'
import { mentionOfPerson, personNameOf } from '../people/names.ts'
import { type CompletionQuery, completionQueryAt } from './completion-query.ts'
import { emojiCompletions } from './emoji-search.ts'
import { readFileArgument } from './file-argument.ts'
import { hangulNameOfCommand, readComposerLine, slashCommandOf, slashCommandsFrom } from './slash-commands.ts'

/** One completion in the list. */
export interface CompletionItem {
  /** The text that replaces the typed text. */
  readonly text: string
  readonly label: string
  /** A description, shown after the label. */
  readonly about: string
  /** A person's colour, as the server gave it. */
  readonly color?: string
  /** The user can choose it, but sending it will be refused. */
  readonly isRefused?: boolean
}

/** The completions at the cursor. */
export interface Completion {
  readonly query: CompletionQuery
  /** Never empty. */
  readonly items: readonly CompletionItem[]
  /** The index of the item that Enter takes; undefined while Enter sends the message. */
  readonly chosen: number | undefined
}

const MOST_ITEMS = 200
const MOST_EMOJI = 50

/** The completions that are shown; undefined if the list is closed or would be empty. */
export const shownCompletion = (state: AppState, chat: ChatState): Completion | undefined =>
  chat.composer.popup.isOpen ? completionAt(state, chat) : undefined

/** The completions at the cursor, whether the list is open or not. */
export function completionAt(state: AppState, chat: ChatState): Completion | undefined {
  const { editor, popup } = chat.composer
  const query = completionQueryAt(editor.text, editor.cursor)
  if (query === undefined) return undefined
  const { items, isUnfinished } = itemsFor(query, state, chat)
  if (items.length === 0) return undefined
  const chosen = popup.chosen ?? (isUnfinished ? 0 : undefined)
  return { query, items, chosen: chosen === undefined ? undefined : Math.min(chosen, items.length - 1) }
}

/** Whether the list is open but its items are still loading. */
export function isCompletionLoading(
  { emoji }: AppState,
  { composer: { editor, popup }, files }: ChatState,
): boolean {
  if (!popup.isOpen) return false
  const kind = completionQueryAt(editor.text, editor.cursor)?.kind
  return (kind === 'emoji' && emoji.state === 'loading') || (kind === 'file' && files?.files === undefined)
}

interface Found {
  readonly items: readonly CompletionItem[]
  /** The typed text would be refused as it is, so Enter takes the first item instead. */
  readonly isUnfinished: boolean
}

function itemsFor(query: CompletionQuery, state: AppState, chat: ChatState): Found {
  switch (query.kind) {
    case 'command':
      return commandItems(query.typed, state)
    case 'file':
      return fileItems(query.typed, state, chat)
    case 'person':
      return { items: personItems(query.typed, state, chat), isUnfinished: false }
    case 'emoji':
      return { items: emojiItems(query.typed, state), isUnfinished: false }
    default:
      return query.kind satisfies never
  }
}

function commandItems(typed: string, { environment: { texts }, hosting }: AppState): Found {
  const items = slashCommandsFrom(typed, hosting !== undefined).map(({ command, name }) => {
    const { usage, about } = texts.commands[command]
    const argument = /\s.*$/.exec(usage)?.[0] ?? ''
    const hangul = hangulNameOfCommand(command)
    const also = texts.language === 'ko' && name !== hangul ? ` · ${hangul}` : ''
    return { text: argument === '' ? `/${name}` : `/${name} `, label: `/${name}${argument}${also}`, about }
  })
  return { items, isUnfinished: typed !== '' && slashCommandOf(typed) === undefined }
}

function fileItems(
  typed: string,
  { environment: { texts }, mostGifBytes }: AppState,
  { files, composer }: ChatState,
): Found {
  const argument = readFileArgument(typed)
  const line = readComposerLine(composer.editor.text)
  // `/save` names a new file, so no existing name fits it and no size is too large.
  const isPosted = line.type === 'command' && line.name === 'gif'
  if (argument === undefined || files?.files === undefined || files.directory !== argument.directory)
    return { items: [], isUnfinished: false }
  const fragment = seenFileName(argument.fragment)
  const wanted = fragment.toLowerCase()
  const listed = files.files.filter(({ name }) => name.startsWith('.') === fragment.startsWith('.'))
  const beginning = listed.filter(({ name }) => name.toLowerCase().startsWith(wanted))
  const matching =
    beginning.length > 0 ? beginning : listed.filter(({ name }) => name.toLowerCase().includes(wanted))
  const items = matching.slice(0, MOST_ITEMS).flatMap((file): readonly CompletionItem[] => {
    const isDirectory = file.kind === 'directory'
    const text = argument.complete(file.name, isDirectory)
    if (text === undefined) return []
    if (isDirectory) return [{ text, label: `${file.name}/`, about: texts.completion.directory }]
    const { bytes } = file
    if (bytes === undefined) return [{ text, label: file.name, about: '' }]
    const isRefused = isPosted && bytes > mostGifBytes
    const size = gifSizeInWords(bytes)
    return [
      {
        text,
        label: file.name,
        about: isRefused ? texts.completion.tooLarge(size, gifSizeInWords(mostGifBytes)) : size,
        isRefused,
      },
    ]
  })
  return { items, isUnfinished: isPosted && fragment !== '' && !listed.some(({ name }) => name === fragment) }
}

function personItems(typed: string, { environment }: AppState, chat: ChatState): readonly CompletionItem[] {
  const {
    members,
    me,
    met: { people },
  } = chat
  const wanted = typed.replace('#', '').toLowerCase()
  const others = members.filter(
    ({ id, color }) =>
      id !== me && (color.slice(1).toLowerCase().startsWith(wanted) || id.startsWith(wanted)),
  )
  return inOrderOfSpeaking(chat, others)
    .slice(0, MOST_ITEMS)
    .map(user => ({
      text: `${mentionOfPerson(user, people)} `,
      label: personNameOf(user, { people, hasColor: environment.hasColor }),
      about: user.id === chat.room.owner.id ? environment.texts.chat.owner : '',
      color: user.color,
    }))
}

/** The person who wrote last comes first, because a reply to them is most likely. */
function inOrderOfSpeaking({ entries }: ChatState, people: readonly User[]): readonly User[] {
  const spoke = new Map<string, number>()
  for (const [index, entry] of entries.slice(-MOST_ITEMS).entries()) {
    if (entry.kind === 'message') spoke.set(entry.message.user.id, index)
  }
  return people.toSorted((a, b) => (spoke.get(b.id) ?? -1) - (spoke.get(a.id) ?? -1))
}

function emojiItems(typed: string, { emoji, environment }: AppState): readonly CompletionItem[] {
  return emojiCompletions(emoji.names, typed, MOST_EMOJI).map(({ emoji, shortcodes, korean }) => {
    const shortcode = shortcodes.find(name => name.startsWith(typed)) ?? shortcodes[0] ?? ''
    const isKorean = environment.texts.language === 'ko' || /^\p{Script=Hangul}/u.test(typed)
    return {
      text: emoji,
      label: `${emoji} :${shortcode}:`,
      about: isKorean ? korean.replaceAll('_', ' ') : '',
    }
  })
}
