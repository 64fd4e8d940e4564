import type { RoomId } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'
import { inviteAddressOf } from '../../identity/server-address.ts'
import type { Span } from '../../text/row.ts'

/** The command with which other people join a room. */
export const inviteCommandOf = (server: string, room: RoomId): string =>
  `gifchat join ${inviteAddressOf(server, room)}`

/** The invitation line as it is shown in the conversation. */
export const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: line, tone: 'accent' },
]
