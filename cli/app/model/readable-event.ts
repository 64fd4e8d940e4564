import type { ChatMessage, RoomSummary } from '../../../protocol/model.ts'
import type { ClientEvent, OutgoingMessage } from '../../connection/client-events.ts'
import { plainText } from '../../terminal/plain-text.ts'

/**
 * Cleans all text that the network brings before a screen or a command shows it. Each title,
 * message and file name passes `plainText` here, exactly once. Errors pass it where they become
 * sentences. Ids and colours need no cleaning, because the protocol restricts their form.
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
