import { RequestError } from '../../protocol/error-codes.ts'
import type { RoomId } from '../../protocol/model.ts'
import type { Screen } from '../app/model/app-state.ts'
import { enteringLater } from '../app/model/entering.ts'
import type { ChatClient } from '../connection/client-events.ts'
import { terminalSafeText } from '../terminal/terminal-safe-text.ts'

/** Takes a seat. If the server asks to come later, returns the screen that waits for that. */
export async function enterFirstRoom(
  client: ChatClient,
  room: RoomId,
  options: { readonly title: string; readonly password?: string | undefined },
): Promise<Screen | undefined> {
  const { title, password } = options
  try {
    await client.join(room, password === undefined ? {} : { password })
    return undefined
  } catch (error) {
    if (!(error instanceof RequestError) || !error.isRetryable || error.retryAfterMs === undefined)
      throw error
    return enteringLater(
      { name: 'entering', room, title: terminalSafeText(title), password },
      error,
      Date.now(),
    )
  }
}
