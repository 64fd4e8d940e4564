import type { ClientMessage } from '../../protocol/client-messages.ts'
import * as chat from './chat-handlers.ts'
import type { ReadySession } from './ready-session.ts'
import * as room from './room-handlers.ts'
import type { SessionServices } from './session-services.ts'

/** Hands a request to its handler, which answers it; throws, or rejects with, the `RequestError` that answers it instead. */
export function dispatch(
  session: ReadySession,
  request: Exclude<ClientMessage, { type: 'hello' }>,
  services: SessionServices,
): Promise<void> | undefined {
  switch (request.type) {
    case 'room.list':
      return room.list(session, request, services)
    case 'room.subscribe':
      return room.subscribe(session, request, services)
    case 'room.unsubscribe':
      return room.unsubscribe(session, request, services)
    case 'room.create':
      return room.create(session, request, services)
    case 'chat.join':
      return chat.join(session, request, services)
    case 'chat.leave':
      return chat.leave(session, request)
    case 'chat.send':
      return chat.send(session, request)
    case 'chat.sendGif':
      return chat.sendGif(session, request, services)
    case 'chat.typing':
      return chat.typing(session, request)
    case 'chat.history':
      return chat.history(session, request)
    default:
      return request satisfies never
  }
}
