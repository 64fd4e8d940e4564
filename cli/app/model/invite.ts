import type { RoomId } from '../../../protocol/model.ts'
import { inviteAddressOf } from '../../identity/server-address.ts'

/** The command with which other people join a room. */
export const inviteCommandOf = (server: string, room: RoomId): string =>
  `gifchat join ${inviteAddressOf(server, room)}`
