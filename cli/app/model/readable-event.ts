import type { ChatMessage, RoomSummary } from '../../../protocol/model.ts'
import type { ClientEvent, OutgoingMessage } from '../../connection/client-events.ts'
import { plainText } from '../../terminal/plain-text.ts'

/**
 * The one door through which text from elsewhere reaches a screen or the lines of a command: each title,
 * message and file name passes `plainText` here, once. Errors pass it where they become sentences. Ids
 * and colours need no cleaning, since the protocol gives them a form that holds nothing to clean.
 */
export function readableEvent(event: ClientEvent): ClientEvent {
  switch (event.type) {
    case 'rooms':
      return { ...event, rooms: event.rooms.map(readableRoom) }
    case 'newRoom':
      return { ...event, room: readableRoom(event.room) }
    case 'joined':
      return { ...event, room: readableRoom(event.room), messages: readableMessages(event.messages) }
    case 'message':
      return { ...event, message: readableMessage(event.message) }
    case 'outgoing':
      return { ...event, message: readableOutgoing(event.message) }
    default:
      return event
  }
}

/** A page of history, made plain. */
export const readableMessages = (messages: readonly ChatMessage[]): readonly ChatMessage[] =>
  messages.map(readableMessage)

export const readableRoom = (room: RoomSummary): RoomSummary => ({ ...room, title: plainText(room.title) })

export const readableMessage = (message: ChatMessage): ChatMessage =>
  'gif' in message
    ? { ...message, gif: { ...message.gif, name: plainText(message.gif.name) } }
    : { ...message, text: plainText(message.text, { multiline: true }) }

const readableOutgoing = (message: OutgoingMessage): OutgoingMessage => ({
  ...message,
  body:
    'text' in message.body
      ? { text: plainText(message.body.text, { multiline: true }) }
      : { ...message.body, name: plainText(message.body.name) },
})
