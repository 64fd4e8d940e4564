import type { ChatMessage } from '../../../protocol/model.ts'
import type { ChatState } from './chat-state.ts'
import { withComposerText } from './composer.ts'

/** The selected message; undefined without one, and when it is no longer among the entries. */
export function selectedMessage({ selection, entries }: ChatState): ChatMessage | undefined {
  if (selection === undefined) return undefined
  const entry = entries.findLast(({ key }) => key === selection.key)
  return entry?.kind === 'message' ? entry.message : undefined
}

/** Selects the message before (-1) or after (1) the selected one; without one, the lowest that is seen. */
export function moveSelection(chat: ChatState, direction: -1 | 1): ChatState {
  const { entries, selection } = chat
  const current = selection === undefined ? -1 : entries.findLastIndex(({ key }) => key === selection.key)
  const from = current === -1 ? lowestSeen(chat) : current + direction
  for (let index = from; index >= 0 && index < entries.length; index += current === -1 ? -1 : direction) {
    const entry = entries[index]
    if (entry?.kind === 'message') return { ...chat, selection: { key: entry.key, hasKeys: true } }
  }
  // Below the newest message stands the composer.
  return direction === 1 ? deselect(chat) : chat
}

/** Leaves the conversation where it is; what is at its end follows it again. */
export function deselect(chat: ChatState): ChatState {
  if (chat.selection === undefined) return chat
  const { scroll, entries, outgoing } = chat
  const isAtEnd =
    scroll !== 'end' && scroll.hiddenRows === 0 && outgoing.length === 0 && scroll.key === entries.at(-1)?.key
  return { ...chat, selection: undefined, scroll: isAtEnd ? 'end' : scroll }
}

/** Offers a command for the selected message, which can be changed before Enter; what was being written is put by. */
export function offerCommand(chat: ChatState, command: string): ChatState {
  const { composer, selection } = chat
  if (selection === undefined) return chat
  const draft = selection.draft ?? composer.editor.text
  return {
    ...chat,
    composer: withComposerText(composer, command),
    selection: { ...selection, hasKeys: false, draft },
  }
}

/** The command is given or given up: what was being written is back. */
export function endSelectionCommand(chat: ChatState): ChatState {
  const draft = chat.selection?.draft
  if (draft === undefined) return chat
  return deselect({ ...chat, composer: withComposerText(chat.composer, draft) })
}

function lowestSeen({ entries, scroll }: ChatState): number {
  const index = scroll === 'end' ? -1 : entries.findLastIndex(({ key }) => key === scroll.key)
  return index === -1 ? entries.length - 1 : index
}
