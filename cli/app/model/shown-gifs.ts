import type { GifId } from '../../../protocol/model.ts'
import type { ChatState } from './chat-state.ts'
import type { DisplaySettings } from './display-settings.ts'
import type { PictureState } from './pictures.ts'

/** The room with what has come of a GIF. */
export const putPicture = (chat: ChatState, gif: GifId, picture: PictureState): ChatState => ({
  ...chat,
  pictures: new Map(chat.pictures).set(gif, picture),
})

/** Whether a GIF plays when it is seen. */
export const isPlaying = (chat: ChatState, { animation }: DisplaySettings, gif: GifId): boolean =>
  animation !== chat.toggledGifs.has(gif)

/** A GIF that plays stands still from now on, and the other way round. */
export function toggleGif(chat: ChatState, gif: GifId): ChatState {
  const toggledGifs = new Set(chat.toggledGifs)
  if (!toggledGifs.delete(gif)) toggledGifs.add(gif)
  return { ...chat, toggledGifs }
}
