import type { GraphicsLevel } from './graphics.ts'
import { type CellFrame, cellAt, HalfBlockWriter } from './half-blocks.ts'
import { PictureScreen, type PictureSpan } from './picture-screen.ts'
import { RESTORE } from './restore.ts'

/** A picture that goes from the frame that is on the screen to another. */
export interface FrameChange {
  readonly picture: number
  readonly from: CellFrame
  readonly to: CellFrame
}

export interface CompositorOptions {
  readonly stdout: NodeJS.WriteStream
  readonly level: Exclude<GraphicsLevel, 'text'>
  /** The frame of a picture that is on the screen, or goes there next; nothing is drawn where there is none. */
  readonly frameOf: (picture: number) => CellFrame | undefined
  /** Told after every write that left pictures on the screen, or took the last one off it. */
  readonly onPictures: () => void
}

/** Bytes that may wait for a slow terminal before an animation skips a step. */
const BACKLOG_BYTES = 64 * 1024

const BEGIN = '\x1b[?2026h\x1b7'
const END = '\x1b8\x1b[?2026l'

/** Stands between Ink and the terminal: draws pictures where Ink printed their placeholders, and animates them there. */
export class Compositor {
  /** Standard output as Ink sees it. */
  readonly stdout: NodeJS.WriteStream
  readonly #options: CompositorOptions
  readonly #screen: PictureScreen
  #isGivenBack = false

  constructor(options: CompositorOptions) {
    const { stdout } = options
    this.#options = options
    this.#screen = new PictureScreen(() => ({ rows: stdout.rows || 24, columns: stdout.columns || 80 }))
    const write = (chunk: string | Uint8Array, ...rest: never[]): boolean =>
      stdout.write(typeof chunk === 'string' ? this.#compose(chunk) : chunk, ...rest)
    this.stdout = new Proxy(stdout, {
      get(target, property) {
        if (property === 'write') return write
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  /** The pictures of which something is seen. */
  seen(): ReadonlySet<number> {
    const pictures = new Set<number>()
    for (const [, span] of this.#screen.spans()) pictures.add(span.picture)
    return pictures
  }

  /**
   * Draws what differs between two frames, wherever it is seen, in one synchronized write that leaves the cursor
   * alone; false when the terminal is behind and nothing was drawn.
   */
  animate(changes: readonly FrameChange[]): boolean {
    if (this.#options.stdout.writableLength > BACKLOG_BYTES) return false
    let drawn = ''
    for (const [row, span] of this.#screen.spans()) {
      const change = changes.find(({ picture }) => picture === span.picture)
      if (change !== undefined) drawn += this.#drawChange(row, span, change)
    }
    if (drawn !== '') this.#options.stdout.write(BEGIN + drawn + END)
    return true
  }

  #compose(output: string): string {
    // When the process ends in a crash, Ink draws its last frame after the terminal was given back: not on the shell's screen.
    if (this.#isGivenBack) return ''
    this.#isGivenBack = output === RESTORE
    const hadPictures = this.#hasPictures()
    const composed = this.#screen.apply(output, span => this.#draw(span))
    if (hadPictures || this.#hasPictures()) this.#options.onPictures()
    return composed
  }

  #hasPictures(): boolean {
    return !this.#screen.spans().next().done
  }

  #draw(span: PictureSpan): string {
    const frame = this.#options.frameOf(span.picture)
    if (frame === undefined) return ' '.repeat(span.length)
    const writer = new HalfBlockWriter(this.#options.level, span.background)
    for (let offset = 0; offset < span.length; offset++) {
      writer.add(...cellAt(frame, span.pictureRow, span.pictureColumn + offset))
    }
    return writer.end()
  }

  #drawChange(row: number, span: PictureSpan, { from, to }: FrameChange): string {
    const writer = new HalfBlockWriter(this.#options.level, span.background)
    let isAtCell = false
    for (let offset = 0; offset < span.length; offset++) {
      const column = span.pictureColumn + offset
      const [upperBefore, lowerBefore] = cellAt(from, span.pictureRow, column)
      const [upper, lower] = cellAt(to, span.pictureRow, column)
      if (upper === upperBefore && lower === lowerBefore) {
        isAtCell = false
        continue
      }
      if (!isAtCell) writer.moveTo(row, span.column + offset)
      isAtCell = true
      writer.add(upper, lower)
    }
    return writer.end()
  }
}
