import { RESTORE } from '../restore.ts'
import { DrawnPictureTracker, type PictureSpan } from './drawn-picture-tracker.ts'
import type { TerminalPace } from './terminal-pace.ts'

// The compositor's life:
// 1. Made before Ink starts. Ink gets `stdout` and writes to it as to standard output.
// 2. Ink draws a frame, with placeholders where a picture belongs. The compositor notes which cells
//    they fill, and writes the pictures' own cells in their place, in the same write.
// 3. Between two frames, the stage animates with `paintDrawing`, which touches picture cells alone.
// 4. Pictures scroll, are covered or are erased: the cells they fill are followed through each
//    write.
// 5. `RESTORE` is written: the farewell goes first, and whatever Ink writes later is dropped.

interface CompositorOptions {
  readonly stdout: NodeJS.WriteStream
  /** Given where the terminal is at the other end of a network. */
  readonly pace: TerminalPace | undefined
  /** Whether the terminal shows a drawing at once (mode 2026). Otherwise its cursor is hidden. */
  readonly isSynchronized: boolean
  /** Whether the terminal may get the ids of pictures, which are 24-bit colours. */
  readonly hasIds: boolean
  /** What replaces a span of placeholders. It fills as many cells and leaves the colours alone. */
  readonly draw: (span: PictureSpan) => string
  /**
   * Called after each write that leaves pictures on the screen or removes the last one. Returns how
   * many bytes of pictures it had.
   */
  readonly onPictures: () => number
  /** What is written before the terminal is given back. */
  readonly farewell: () => string
}

/** An animation skips a step while more bytes than this wait for a slow terminal. */
const BACKLOG_BYTES = 64 * 1024

const BEGIN = '\x1b[?2026h\x1b7'
const END = '\x1b8\x1b[?2026l'

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'

/** Draws and animates pictures where Ink prints their placeholders. */
export class PictureCompositor {
  /** Standard output as Ink sees it. */
  readonly stdout: NodeJS.WriteStream
  readonly #options: CompositorOptions
  readonly #screen: DrawnPictureTracker
  #isGivenBack = false
  #isCursorShown = true

  constructor(options: CompositorOptions) {
    const { stdout } = options
    this.#options = options
    const size = () => ({ rows: stdout.rows || 24, columns: stdout.columns || 80 })
    this.#screen = new DrawnPictureTracker(size, options.hasIds)
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

  /** The ids of pictures with at least one cell on the screen. */
  seenPictures(): ReadonlySet<number> {
    const pictures = new Set<number>()
    for (const [, span] of this.#screen.spans()) pictures.add(span.picture)
    return pictures
  }

  /** The parts of pictures that are on the screen, with their rows. */
  seenSpans(): Iterable<readonly [row: number, span: PictureSpan]> {
    return this.#screen.spans()
  }

  /** Whether the terminal has not yet read what was written before. */
  get isBehind(): boolean {
    const { stdout, pace } = this.#options
    return stdout.writableLength > BACKLOG_BYTES || pace?.isBehind === true
  }

  /**
   * Draws on the screen in one synchronized write that leaves the cursor and the colours alone.
   * Returns the milliseconds for which animation should leave a network connection to others.
   */
  paintDrawing(drawing: string): number {
    if (drawing === '') return 0
    const { stdout, pace, isSynchronized } = this.#options
    const isHiding = this.#isCursorShown && !isSynchronized
    const hidden = isHiding ? HIDE_CURSOR + BEGIN + drawing + END + SHOW_CURSOR : BEGIN + drawing + END
    const bytes = Buffer.byteLength(drawing)
    stdout.write(hidden + (pace?.askPace(bytes) ?? ''))
    return pace?.restMsAfter(bytes) ?? 0
  }

  #compose(output: string): string {
    // After a crash, Ink draws a last frame when the shell already has the screen back.
    if (this.#isGivenBack) return ''
    this.#isGivenBack = output === RESTORE
    const [shown, hidden] = [output.lastIndexOf(SHOW_CURSOR), output.lastIndexOf(HIDE_CURSOR)]
    if (shown !== hidden) this.#isCursorShown = shown > hidden
    const hadPictures = this.#hasPictures()
    const farewell = this.#isGivenBack ? this.#options.farewell() : ''
    const composed = farewell + this.#screen.trackOutput(output, this.#options.draw)
    const bytes = hadPictures || this.#hasPictures() ? this.#options.onPictures() : 0
    const { pace } = this.#options
    return pace === undefined || bytes === 0 || this.#isGivenBack ? composed : composed + pace.askPace(bytes)
  }

  #hasPictures(): boolean {
    return !this.#screen.spans().next().done
  }
}
