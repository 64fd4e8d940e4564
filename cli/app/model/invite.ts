import type { RoomId } from '../../../protocol/model.ts'
import { readInviteLine } from '../../identity/invite-line.ts'
import { shellWordOfAddress } from '../../identity/pasted-words.ts'
import { inviteAddressOf, ServerAddressError } from '../../identity/server-address.ts'
import type { Environment } from './environment.ts'

/** The command with which other people join a room. */
export const inviteCommandOf = (server: string, room: RoomId): string =>
  `gifchat join ${shellWordOfAddress(inviteAddressOf(server, room))}`

/** Whether a text in the list of rooms leads somewhere, or tries to. */
export function isInviteLine(text: string, { dialledServer }: Environment): boolean {
  try {
    return readInviteLine(text, dialledServer) !== undefined
  } catch (error) {
    if (error instanceof ServerAddressError) return true
    throw error
  }
}
