import { GifError, type GifStage } from '../gif-stage.ts'

/** A stage for a terminal that shows no pictures. */
export function textStage(stdout: NodeJS.WriteStream): GifStage {
  return {
    stdout,
    graphics: 'text',
    prepareDecoder: () => {},
    loadGif: () => Promise.reject(new GifError('notShown')),
    holdsPicture: () => false,
    setPlaying: () => {},
    watchEnds: () => {},
    pauseForScroll: () => {},
    setFocused: () => {},
    setCellSize: () => Promise.resolve(false),
    close: () => {},
  }
}
