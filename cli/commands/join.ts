import { RequestError } from '../../protocol/error-codes.ts'
import type { RoomId } from '../../protocol/model.ts'
import type { Screen } from '../app/model/app-state.ts'
import { emptyPasswordForm, passwordFormAfterRefusal } from '../app/model/password-form.ts'
import { readableRoom } from '../app/model/readable-event.ts'
import type { ChatClient } from '../connection/client-events.ts'
import { enterFirstRoom } from '../frontend/enter-first-room.ts'
import { runFrontend } from '../frontend/run-frontend.ts'
import type { CommandContext } from './shell/command-context.ts'
import type { ExitCode } from './shell/exit-codes.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, passwordOption, roomArgument } from './shell/settings.ts'

/**
 * `gifchat join`: enters a room by its id or its invite. Asks for the password only if there is
 * one.
 */
export const joinCommand = (
  target: string,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> =>
  runCommand(options, context, async display => {
    const { server, room } = roomArgument(target, options, context.env)
    const password = passwordOption(options, context.env)
    return runFrontend(
      { name: 'gifchat join', server, canServe: false, open: client => enter(client, room, password) },
      display,
      options,
      context,
    )
  })

/**
 * Asks for the password if the room wants one or refused the one given. Any other refusal ends
 * the command.
 */
async function enter(
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
      form: error.code === 'wrongPassword' ? passwordFormAfterRefusal(form, error, Date.now()) : form,
    }
  }
}
