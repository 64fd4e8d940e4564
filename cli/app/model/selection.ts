import type { ChatMessage } from '../../../protocol/model.ts'
import type { ChatState } from './chat-state.ts'
import { withComposerText } from './composer.ts'

/** The selected message; undefined if none is selected or it is no longer among the entries. */
export function selectedMessage({ selection, entries }: ChatState): ChatMessage | undefined {
  if (selection === undefined) return undefined
  const entry = entries.findLast(({ key }) => key === selection.key)
  return entry?.kind === 'message' ? entry.message : undefined
}

/**
 * Selects the message before (-1) or after (1) the selected one. Without a selection, it selects
 * the lowest visible message.
 */
export function moveMessageSelection(chat: ChatState, direction: -1 | 1): ChatState {
  const { entries, selection } = chat
  const current = selection === undefined ? -1 : entries.findLastIndex(({ key }) => key === selection.key)
  const from = current === -1 ? lowestSeen(chat) : current + direction
  for (let index = from; index >= 0 && index < entries.length; index += current === -1 ? -1 : direction) {
    const entry = entries[index]
    if (entry?.kind === 'message') return { ...chat, selection: { key: entry.key, hasKeys: true } }
  }
  // The composer is below the newest message.
  return direction === 1 ? endMessageSelection(chat) : chat
}

/** Ends the selection without scrolling. A conversation at its end follows new messages again. */
export function endMessageSelection(chat: ChatState): ChatState {
  if (chat.selection === undefined) return chat
  const { scroll, entries, outgoing, keptEnd } = chat
  const isAtEnd =
    keptEnd === undefined &&
    scroll !== 'end' &&
    scroll.hiddenRows === 0 &&
    outgoing.length === 0 &&
    scroll.key === entries.at(-1)?.key
  return { ...chat, selection: undefined, scroll: isAtEnd ? 'end' : scroll }
}

/**
 * Writes a command for the selected message into the composer, where the user can change it before
 * Enter. The unsent text is kept as the selection's draft.
 */
export function offerCommandForSelection(chat: ChatState, command: string): ChatState {
  const { composer, selection } = chat
  if (selection === undefined) return chat
  const draft = selection.draft ?? composer.editor.text
  return {
    ...chat,
    composer: withComposerText(composer, command),
    selection: { ...selection, hasKeys: false, draft },
  }
}

/** Puts the draft back into the composer after the command was given or cancelled. */
export function endSelectionCommand(chat: ChatState): ChatState {
  const draft = chat.selection?.draft
  if (draft === undefined) return chat
  return endMessageSelection({ ...chat, composer: withComposerText(chat.composer, draft) })
}

function lowestSeen({ entries, scroll }: ChatState): number {
  const index = scroll === 'end' ? -1 : entries.findLastIndex(({ key }) => key === scroll.key)
  return index === -1 ? entries.length - 1 : index
}
