import { useEffect } from 'react'
import type { PostedGif } from '../../protocol/model.ts'
import type { AppEvent } from '../app/model/app-state.ts'
import type { ChatState } from '../app/model/chat-state.ts'
import type { GifStage } from '../gif/gif-stage.ts'

/** Asks for the GIFs on the screen that were never loaded or have been evicted. */
export function useMissingGifs(
  seen: readonly PostedGif[],
  pictures: ChatState['pictures'],
  stage: GifStage | undefined,
  dispatch: (event: AppEvent) => void,
): void {
  useEffect(() => {
    if (stage === undefined) return
    const missing = seen.filter(({ id }) => {
      const shown = pictures.get(id)
      return shown === undefined || (shown.state === 'ready' && !stage.holdsPicture(shown.picture))
    })
    if (missing.length > 0) dispatch({ type: 'gifsMissing', gifs: missing })
  }, [seen, pictures, stage, dispatch])
}
