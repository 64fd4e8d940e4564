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

/** The GIF of a picture counts as paused once it has ended, so that it can be played again. */
export function pauseEndedGif(chat: ChatState, display: DisplaySettings, picture: number): ChatState {
  for (const [gif, shown] of chat.pictures) {
    const isThis = shown.state === 'ready' && shown.picture.id === picture
    if (isThis && isGifPlaying(chat, display, gif)) return toggleGifPlaying(chat, gif)
  }
  return chat
}

/** Stops a GIF that plays, and plays one that is stopped. */
export function toggleGifPlaying(chat: ChatState, gif: GifId): ChatState {
  const toggledGifs = new Set(chat.toggledGifs)
  if (!toggledGifs.delete(gif)) toggledGifs.add(gif)
  return { ...chat, toggledGifs }
}
