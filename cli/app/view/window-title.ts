import type { AppState } from '../model/app-state.ts'

/** More are not worth a change of the title each. */
const MOST_COUNTED = 99

/** What the window is called: the room, and how many of its messages wait to be read. */
export function windowTitle({ screen }: AppState): string {
  if (screen.name !== 'chat') return 'gifchat'
  const { room, unread } = screen.chat
  if (unread.count === 0) return `gifchat: ${room.title}`
  const count = unread.count > MOST_COUNTED ? `${MOST_COUNTED}+` : unread.count
  return `gifchat: ${room.title} (${count})`
}
