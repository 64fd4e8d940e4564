import type { PostedGif } from '../../../protocol/model.ts'
import type { OutgoingMessage } from '../../connection/client-events.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import { smallerGifInWords } from '../../i18n/smaller-gif-in-words.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import type { AppEvent, AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { selectedMessage } from '../model/selection.ts'
import { type Step, stepTo, stepToChat } from './step.ts'
import { updateChat } from './update-chat.ts'

/** The GIF that a command acts on: the selected one, else the newest. */
function gifOfCommand(chat: ChatState): PostedGif | undefined {
  const selected = selectedMessage(chat)
  if (selected !== undefined) return 'gif' in selected ? selected.gif : undefined
  const newest = chat.entries.findLast(entry => entry.kind === 'message' && 'gif' in entry.message)
  return newest?.kind === 'message' && 'gif' in newest.message ? newest.message.gif : undefined
}

/** Hands a GIF to the system's viewer. */
export const stepOpenGif = (state: AppState, chat: ChatState, gif: PostedGif): Step =>
  stepToChat(
    state,
    { ...chat, notice: texts => texts.chat.gifOpening },
    { type: 'openGif', room: chat.room.id, gif: gif.id },
  )

/** `/save` and `/open`: `after` is the room with an empty composer. */
export function stepGifCommand(
  state: AppState,
  before: ChatState,
  after: ChatState,
  command: 'save' | 'open',
  path: string,
): Step {
  const gif = gifOfCommand(before)
  const refuse = (notice: Sentence) => stepToChat(state, { ...before, notice })
  if (gif === undefined)
    return refuse(texts => (selectedMessage(before) === undefined ? texts.chat.noGif : texts.selection.noGif))
  if (command === 'open') return stepOpenGif(state, after, gif)
  if (path === '') return refuse(texts => texts.chat.saveNeedsPath)
  return stepToChat(state, after, { type: 'saveGif', room: after.room.id, gif: gif.id, path })
}

const newestUpload = ({ outgoing }: ChatState): OutgoingMessage | undefined =>
  outgoing.findLast(({ state, body }) => state === 'sending' && 'gifPath' in body)

export const hasUploadToCancel = (chat: ChatState): boolean => newestUpload(chat) !== undefined

/** Cancels the newest GIF that is still being sent. */
export function stepCancelUpload(state: AppState, chat: ChatState): Step {
  const upload = newestUpload(chat)
  if (upload === undefined || !('name' in upload.body)) return stepToChat(state, chat)
  const { name } = upload.body
  return stepToChat(
    state,
    { ...chat, notice: texts => texts.chat.uploadCancelled(name) },
    { type: 'discard', message: upload.clientMessageId },
  )
}

/**
 * A smaller GIF is offered in place of a file. The line that posts it is in the composer again,
 * unless something else was typed meanwhile, which Enter sends.
 */
export function stepGifOffer(
  state: AppState,
  event: Extract<AppEvent, { type: 'gifShrinking' | 'gifShrunk' }>,
): Step {
  const { path } = event
  return stepTo(
    updateChat(state, event.room, chat => {
      if (event.type === 'gifShrinking')
        return { ...chat, notice: ({ problems }) => problems.smallerGif.trying(terminalSafeText(path)) }
      const { gif } = event
      const line = `/gif ${path}`
      const waits = chat.composer.editor.text !== line
      const notice: Sentence = texts => {
        const { offer, offerWaits } = texts.problems.smallerGif
        const change = smallerGifInWords(gif, texts)
        return waits ? offerWaits(change, terminalSafeText(line)) : offer(change)
      }
      return { ...chat, offer: { path, gif, waits }, notice }
    }),
  )
}
