import type { ClientRequest } from '../../protocol/client-messages.ts'
import { encodeServerMessage } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ReadySession } from './ready-session.ts'
import type { SessionServices } from './session-services.ts'

/** Answers one page of the lobby (PROTOCOL.md R4). */
export function answerRoomList(
  session: ReadySession,
  request: ClientRequest<'room.list'>,
  services: SessionServices,
): Promise<void> {
  return services.answers.answerInTurn(session, async () => sendRoomPage(session, request, services))
}

/** Subscribes to the lobby and answers its first page, in one synchronous step (PROTOCOL.md R5). */
export function answerRoomSubscribe(
  session: ReadySession,
  request: ClientRequest<'room.subscribe'>,
  services: SessionServices,
): Promise<void> {
  session.wantsLobby = true
  return services.answers.answerInTurn(session, async () => {
    sendRoomPage(session, request, services)
    // While this waited for its turn, the client may have unsubscribed.
    if (session.wantsLobby) services.lobby.subscribeToLobby(session.link)
  })
}

function sendRoomPage(
  { link }: ReadySession,
  request: ClientRequest<'room.list' | 'room.subscribe'>,
  { lobby, answers }: SessionServices,
): void {
  const { id, limit = LIMITS.roomPage } = request
  const page = lobby.listPage('cursor' in request ? request.cursor : undefined, limit)
  const text = encodeServerMessage({ type: 'room.list', id, ...page, rooms: [...page.rooms] })
  answers.sendCounted(link, text)
}

export function answerRoomUnsubscribe(
  session: ReadySession,
  request: ClientRequest<'room.unsubscribe'>,
  services: SessionServices,
): undefined {
  session.wantsLobby = false
  services.lobby.unsubscribeFromLobby(session.link)
  session.link.send({ type: 'room.unsubscribed', id: request.id })
}

/** Opens a room (PROTOCOL.md R1–R3). */
export async function answerRoomCreate(
  session: ReadySession,
  request: ClientRequest<'room.create'>,
  services: SessionServices,
): Promise<void> {
  const retryAfterMs = services.creations.takeToken(session.link.address)
  if (retryAfterMs > 0) {
    throw new RequestError('rateLimited', 'too many rooms were opened from here: wait a little', {
      retryAfterMs,
    })
  }
  const room = await services.rooms.createRoom(session.user, session.link.address, request)
  const { connectionId: connection } = session.link
  const { id, max, hasPassword } = room
  services.log.info({ connection, room: id, max, hasPassword }, 'room opened')
  session.link.send({ type: 'room.created', id: request.id, room })
}
