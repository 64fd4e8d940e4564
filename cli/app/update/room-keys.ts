import type { AppState } from '../model/app-state.ts'
import { addNoteToChat, type ChatState } from '../model/chat-state.ts'
import { isEmptyComposer } from '../model/composer.ts'
import { keepComposerDraft } from '../model/drafts.ts'
import { arePeopleSeen, hasRoomForPeople, peopleLines } from '../view/people.ts'
import { type ChatPress, keyNameOfPress } from './chat-press.ts'
import { type Step, stepTo, stepToChat } from './step.ts'

/** Keys that do something with the room as a whole. */
export function stepRoomKey(press: ChatPress): Step | undefined {
  const { state, chat } = press
  switch (keyNameOfPress(press)) {
    case 'ctrl+d':
      // In a text it deletes the next character.
      return isEmptyComposer(chat.composer) ? stepLeaveRoom(state, chat) : undefined
    case 'ctrl+r':
      return retryFailedMessages(state, chat)
    case 'ctrl+x':
      return discardNewestOutgoing(state, chat)
    case 'alt+p':
      return togglePeople(state, chat)
    case 'ctrl+g':
      return stepToChat(state, chat, { type: 'reconnect' })
    default:
      return undefined
  }
}

/** Back to the list of rooms. The draft is kept for as long as the room lives. */
export const stepLeaveRoom = (state: AppState, chat: ChatState): Step =>
  stepTo(
    {
      ...keepComposerDraft(state, chat),
      screen: { name: 'lobby' },
      notice: texts => texts.chat.gone(chat.room.title),
    },
    { type: 'leave', room: chat.room.id },
    { type: 'watchRooms' },
  )

function retryFailedMessages(state: AppState, chat: ChatState): Step {
  const failed = chat.outgoing.filter(message => message.state === 'failed')
  if (failed.length === 0) return stepNothingFailed(state, chat)
  return stepToChat(
    state,
    chat,
    ...failed.map(message => ({ type: 'retry', message: message.clientMessageId }) as const),
  )
}

/** Gives up the newest message that has failed, or the newest GIF that is still being sent. */
function discardNewestOutgoing(state: AppState, chat: ChatState): Step {
  const message = chat.outgoing.findLast(
    ({ state: progress, body }) => progress === 'failed' || 'gifPath' in body,
  )
  if (message === undefined) return stepNothingFailed(state, chat)
  return stepToChat(state, chat, { type: 'discard', message: message.clientMessageId })
}

const stepNothingFailed = (state: AppState, chat: ChatState): Step =>
  stepToChat(state, { ...chat, notice: texts => texts.chat.nothingFailed })

/** Lists the people beside the conversation. A window too narrow for that gets them as a note. */
function togglePeople(state: AppState, chat: ChatState): Step {
  if (!hasRoomForPeople(state.environment)) return stepToChat(state, addNoteToChat(chat, peopleLines(chat)))
  return stepToChat(state, { ...chat, arePeopleShown: !arePeopleSeen(chat, state.environment) })
}
