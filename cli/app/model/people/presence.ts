import type { User } from '../../../../protocol/model.ts'
import { addEntryToChat, type ChatState, changeChatEnd, withMetPeople } from '../chat-state.ts'
import { withoutTypists } from '../typists.ts'

/** Joins (or exits) share one line for this many milliseconds after the first of them. */
const PRESENCE_MS = 60_000

/** Records that people are back who were there before the connection was lost. */
export const addReturnToChat = (chat: ChatState, users: readonly User[], people: number): ChatState =>
  withMembers(chat, 'join', users, people)

function withMembers(
  chat: ChatState,
  change: 'join' | 'exit',
  users: readonly User[],
  people: number,
): ChatState {
  const ids = new Set(users.map(user => user.id))
  const others = chat.members.filter(member => !ids.has(member.id))
  const typists = change === 'exit' ? withoutTypists(chat.typists, ids) : chat.typists
  const members = change === 'join' ? [...others, ...users] : others
  return withMetPeople({ ...chat, typists, members, room: { ...chat.room, people } }, users)
}

/** Records that people joined or left. */
export function addPresenceToChat(
  chat: ChatState,
  change: 'join' | 'exit',
  users: readonly User[],
  people: number,
  at: number,
): ChatState {
  return changeChatEnd(withMembers(chat, change, users, people), end => {
    const last = end.entries.at(-1)
    if (last?.kind === 'presence' && last.change === change && at - last.at < PRESENCE_MS) {
      return { ...end, entries: [...end.entries.slice(0, -1), { ...last, users: [...last.users, ...users] }] }
    }
    return addEntryToChat(end, { kind: 'presence', key: `p${end.nextKey}`, change, users, at })
  })
}
