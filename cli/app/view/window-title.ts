import type { AppState } from '../model/app-state.ts'

/** A higher count is shown as `99+`, so that the title stops changing. */
const MOST_COUNTED = 99

/** The title of the terminal window: the room and its unread count. */
export function layoutWindowTitle({ screen }: AppState): string {
  if (screen.name !== 'chat') return 'gifchat'
  const { room, unread } = screen.chat
  if (unread.count === 0) return `gifchat: ${room.title}`
  const count = unread.count > MOST_COUNTED ? `${MOST_COUNTED}+` : unread.count
  return `gifchat: ${room.title} (${count})`
}
