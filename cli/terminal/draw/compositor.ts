import { RESTORE } from '../restore.ts'
import { PictureScreen, type PictureSpan } from './picture-screen.ts'
import type { TerminalPace } from './terminal-pace.ts'

export interface CompositorOptions {
  readonly stdout: NodeJS.WriteStream
  /** Of a terminal at the other end of a network. */
  readonly pace: TerminalPace | undefined
  /** What is written in place of a span of placeholders; it fills as many cells, and leaves the colour as it was. */
  readonly draw: (span: PictureSpan) => string
  /** Told after every write that left pictures on the screen, or took the last one off it. */
  readonly onPictures: () => void
  /** What is written before the terminal is given back. */
  readonly farewell: () => string
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

  /** All that is seen of pictures, with the rows of the screen. */
  spans(): Iterable<readonly [row: number, span: PictureSpan]> {
    return this.#screen.spans()
  }

  /** Whether the terminal still has to take in what was written before. */
  get isBehind(): boolean {
    const { stdout, pace } = this.#options
    return stdout.writableLength > BACKLOG_BYTES || pace?.isBehind === true
  }

  /**
   * Draws on the screen in one synchronized write that leaves cursor and colours alone; returns milliseconds for which a
   * line to elsewhere should have nothing more to draw.
   */
  paint(drawing: string): number {
    if (drawing === '') return 0
    const { stdout, pace } = this.#options
    stdout.write(BEGIN + drawing + END + (pace?.question() ?? ''))
    return pace?.restAfter(Buffer.byteLength(drawing)) ?? 0
  }

  #compose(output: string): string {
    // When the process ends in a crash, Ink draws its last frame after the terminal was given back: not on the shell's screen.
    if (this.#isGivenBack) return ''
    this.#isGivenBack = output === RESTORE
    const hadPictures = this.#hasPictures()
    const farewell = this.#isGivenBack ? this.#options.farewell() : ''
    const composed = farewell + this.#screen.apply(output, this.#options.draw)
    if (hadPictures || this.#hasPictures()) this.#options.onPictures()
    return composed
  }

  #hasPictures(): boolean {
    return !this.#screen.spans().next().done
  }
}
