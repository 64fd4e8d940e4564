import type { GifId } from '../../../protocol/model.ts'
import type { ChatState } from './chat-state.ts'
import type { DisplaySettings } from './display-settings.ts'
import type { PictureState } from './pictures.ts'

/** Stores the loading state of a GIF. */
export const putGifPicture = (chat: ChatState, gif: GifId, picture: PictureState): ChatState => ({
  ...chat,
  pictures: new Map(chat.pictures).set(gif, picture),
})

/** Whether a GIF plays while it is in view. */
export const isGifPlaying = (chat: ChatState, { animation }: DisplaySettings, gif: GifId): boolean =>
  animation !== chat.toggledGifs.has(gif)

/** Stops a GIF that plays, and plays one that is stopped. */
export function toggleGifPlaying(chat: ChatState, gif: GifId): ChatState {
  const toggledGifs = new Set(chat.toggledGifs)
  if (!toggledGifs.delete(gif)) toggledGifs.add(gif)
  return { ...chat, toggledGifs }
}
