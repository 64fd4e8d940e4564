import type { RoomSummary } from '../../protocol/model.ts'
import { inviteAddressOf } from '../identity/server-address.ts'
import { serverAddressesForOthers } from '../identity/server-address-for-others.ts'
import type { CommandContext } from './shell/command-context.ts'
import { untilCommandCutOff } from './shell/cut-off.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import type { CommandOptions } from './shell/settings.ts'
import { withCommandClient } from './shell/with-client.ts'

interface RoomToOpen {
  readonly title: string
  readonly max: number
  readonly password?: string
}

/**
 * Opens a room and prints it: as JSON, or the address alone. Then its maker has the usual minute to
 * come (PROTOCOL.md T1). With `hold` this command stays as a person until it is stopped, so that
 * the room does too.
 */
export async function createForScript(
  server: string,
  opened: RoomToOpen,
  options: CommandOptions & { readonly hold?: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { stdout, texts } = context
  const print = async (room: RoomSummary) => {
    const [others] = await serverAddressesForOthers(server)
    const address = inviteAddressOf(others, room.id)
    stdout.write(options.json ? printableJsonLine({ ...room, server, address }) : `${address}\n`)
  }
  await withCommandClient(server, options, context, async client => {
    const room = await client.createRoom(opened)
    if (options.hold !== true) return print(room)
    const { password } = opened
    const over = untilCommandCutOff(client, texts)
    await print(await client.join(room.id, { isPatient: true, ...(password !== undefined && { password }) }))
    return over
  })
  return EXIT_CODES.done
}
