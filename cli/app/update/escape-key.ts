import { isEmptyComposer, isWritingCommand } from '../model/composer.ts'
import { endReply } from '../model/replies.ts'
import { type ChatPress, keyNameOfPress } from './chat-press.ts'
import { stepScrollToEnd } from './chat-scroll.ts'
import { hasUploadToCancel, stepCancelUpload } from './gif-commands.ts'
import { type Step, stepToChat } from './step.ts'

/**
 * Escape takes back one thing at a time: the question about a long paste, then the reply. After
 * these it leads back to the end of the conversation, and at the end it cancels an upload. The
 * composer itself takes back a command that is being written.
 */
export function stepEscapeKey(press: ChatPress): Step | undefined {
  if (keyNameOfPress(press) !== 'escape') return undefined
  const { state, chat, wasAsking } = press
  if (wasAsking) return stepToChat(state, chat)
  if (chat.replyTo !== undefined) return stepToChat(state, endReply(chat))
  if (isEmptyComposer(chat.composer)) {
    return chat.scroll === 'end' && hasUploadToCancel(chat)
      ? stepCancelUpload(state, chat)
      : stepScrollToEnd(state, chat)
  }
  if (isWritingCommand(chat.composer)) return undefined
  // With a draft, too: there End moves the cursor, so that only Escape leads back down.
  if (chat.scroll !== 'end') return stepScrollToEnd(state, chat)
  return hasUploadToCancel(chat) ? stepCancelUpload(state, chat) : undefined
}
