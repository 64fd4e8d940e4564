import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { GraphicsLevel } from '../../terminal/ask/graphics.ts'
import type { TerminalReport } from '../../terminal/ask/terminal-report.ts'
import type { TerminalPace } from '../../terminal/draw/terminal-pace.ts'
import type { Motion } from '../gif-motion.ts'
import type { Clock } from './clock.ts'

export interface StageOptions {
  readonly stdout: NodeJS.WriteStream
  readonly graphics: GraphicsLevel
  /** Colours of half blocks, for graphics levels that are no number of colours. */
  readonly depth?: PictureDepth
  readonly motion?: Motion
  /**
   * Given where the terminal is at the other end of a network. It then gets fewer bytes, no faster
   * than it answers, and no more a second than a slow connection should carry.
   */
  readonly pace?: TerminalPace | undefined
  readonly report?: TerminalReport
  readonly clock?: Clock
  /** The most bytes of decoded pictures to keep. */
  readonly cacheBytes?: number
}
