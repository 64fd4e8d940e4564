import { useEffect } from 'react'
import type { PostedGif } from '../../protocol/model.ts'
import type { AppState } from '../app/model/app-state.ts'
import type { ChatState } from '../app/model/chat-state.ts'
import { isGifPlaying } from '../app/model/shown-gifs.ts'
import type { GifStage } from '../gif/gif-stage.ts'

/** Tells the stage which of the GIFs on the screen the reader wants to play. */
export function usePlayback(
  seen: readonly PostedGif[],
  { environment: { display } }: AppState,
  chat: ChatState,
  stage: GifStage | undefined,
): void {
  useEffect(() => {
    for (const { id } of seen) {
      const shown = chat.pictures.get(id)
      if (shown?.state === 'ready') stage?.setPlaying(shown.picture, isGifPlaying(chat, display, id))
    }
  }, [seen, display, chat, stage])
}
