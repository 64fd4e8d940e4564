import { once } from 'node:events'
import type { GifStage } from '../gif/gif-stage.ts'
import { stageTestPicture } from '../gif/stage/test-picture.ts'
import type { TerminalInput } from '../terminal/ask/terminal-input.ts'
import { placeholderRow } from '../terminal/draw/placeholder.ts'
import { guardTerminal } from '../terminal/restore.ts'
import { TAKE_SCREEN } from '../terminal/screen.ts'

const BOX = { columns: 24, rows: 6 }
/** Milliseconds after which we assume that nobody looks. */
const LOOK_MS = 10_000

/**
 * Plays a small picture as a chat would, on a screen of its own, until a key is pressed or
 * `stopped` aborts.
 */
export async function showTestPicture(
  stage: GifStage,
  input: TerminalInput,
  sentence: string,
  stopped: AbortSignal,
): Promise<void> {
  const restore = guardTerminal(stage.stdout)
  try {
    stage.stdout.write(TAKE_SCREEN)
    const picture = await stage.loadGif(stageTestPicture(), BOX)
    const rows = Array.from({ length: picture.rows }, (_, row) => `  ${placeholderRow(picture, row)}\r\n`)
    stage.stdout.write(`\r\n${rows.join('')}\r\n  ${sentence}\r\n`)
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(LOOK_MS)])
    await once(input, 'readable', { signal }).catch(() => undefined)
    input.read()
  } finally {
    stage.close()
    restore()
  }
}
