import type { ChatMessage, RoomSummary } from '../../../protocol/model.ts'
import type { ClientEvent, OutgoingMessage } from '../../connection/client-events.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'

/**
 * Cleans all text that the network brings before a screen or a command shows it. Each title,
 * message and file name passes `terminalSafeText` here, exactly once. Errors pass it where they
 * become sentences. Ids and colours need no cleaning, because the protocol restricts their form.
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

export const readableRoom = (room: RoomSummary): RoomSummary => ({
  ...room,
  title: terminalSafeText(room.title),
})

export const readableMessage = (message: ChatMessage): ChatMessage =>
  'gif' in message
    ? { ...message, gif: { ...message.gif, name: terminalSafeText(message.gif.name) } }
    : { ...message, text: terminalSafeText(message.text, { multiline: true }) }

const readableOutgoing = (message: OutgoingMessage): OutgoingMessage => ({
  ...message,
  body:
    'text' in message.body
      ? { text: terminalSafeText(message.body.text, { multiline: true }) }
      : { ...message.body, name: terminalSafeText(message.body.name) },
})
