import type { ClientMessage } from '../../protocol/client-messages.ts'
import * as chat from './chat-handlers.ts'
import type { ReadySession } from './ready-session.ts'
import * as room from './room-handlers.ts'
import type { SessionServices } from './session-services.ts'

/**
 * Hands a request to its handler, which answers it. If it throws or rejects with a `RequestError`,
 * that is the answer.
 */
export function dispatchRequest(
  session: ReadySession,
  request: Exclude<ClientMessage, { type: 'hello' }>,
  services: SessionServices,
): Promise<void> | undefined {
  switch (request.type) {
    case 'room.list':
      return room.answerRoomList(session, request, services)
    case 'room.subscribe':
      return room.answerRoomSubscribe(session, request, services)
    case 'room.unsubscribe':
      return room.answerRoomUnsubscribe(session, request, services)
    case 'room.create':
      return room.answerRoomCreate(session, request, services)
    case 'chat.join':
      return chat.answerChatJoin(session, request, services)
    case 'chat.leave':
      return chat.answerChatLeave(session, request)
    case 'chat.send':
      return chat.answerChatSend(session, request, services)
    case 'chat.sendGif':
      return chat.answerChatSendGif(session, request, services)
    case 'chat.typing':
      return chat.answerChatTyping(session, request)
    case 'chat.history':
      return chat.answerChatHistory(session, request, services)
    default:
      return request satisfies never
  }
}
