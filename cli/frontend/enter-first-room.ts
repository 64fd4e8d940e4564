import { RequestError } from '../../protocol/error-codes.ts'
import type { RoomId } from '../../protocol/model.ts'
import type { Screen } from '../app/model/app-state.ts'
import { enteringLater } from '../app/model/entering.ts'
import { emptyPasswordForm, passwordFormAfterRefusal } from '../app/model/password-form.ts'
import { readableRoom } from '../app/model/readable-event.ts'
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
      performance.now(),
    )
  }
}

/**
 * Takes a seat in a room that is known by its id. Asks for the password if the room wants one or
 * refused the one given. Rejects with any other refusal.
 */
export async function enterInvitedRoom(
  client: ChatClient,
  room: RoomId,
  password: string | undefined,
): Promise<Screen | undefined> {
  try {
    return await enterFirstRoom(client, room, { title: room, password })
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.code !== 'passwordRequired' && error.code !== 'wrongPassword') throw error
    const rooms = await client.listRooms()
    const form = emptyPasswordForm(room, rooms.map(readableRoom).find(({ id }) => id === room)?.title ?? room)
    return {
      name: 'password',
      form: error.code === 'wrongPassword' ? passwordFormAfterRefusal(form, error, performance.now()) : form,
    }
  }
}
