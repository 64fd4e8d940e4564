import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Rgb, writeGif } from '../support/gif-writer.ts'

const PALETTE: readonly Rgb[] = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
]
/** Every so manieth GIF is large: some 400 KiB of noise, which the database keeps in two chunks. */
const LARGE_EVERY = 10
const SIDES = { small: 40, large: 1_000 }

/** Files with GIFs, no two alike. */
export class GifSupply implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'gifchat-chaos-gifs-'))
  readonly #random: () => number
  readonly #bytes = new Map<string, Buffer>()

  constructor(random: () => number) {
    this.#random = random
  }

  /** The path of a new one. */
  newGif(): string {
    const count = this.#bytes.size
    const side = count % LARGE_EVERY === 0 ? SIDES.large : SIDES.small
    const noise = () => Math.floor(this.#random() * PALETTE.length)
    const indices = Uint8Array.from({ length: side * side }, noise)
    const bytes = writeGif({
      width: side,
      height: side,
      palette: PALETTE,
      frames: [{ width: side, height: side, indices }],
    })
    const path = join(this.#directory, `${count}.gif`)
    writeFileSync(path, bytes)
    this.#bytes.set(basename(path), bytes)
    return path
  }

  /** Whether these are the bytes of the GIF that was posted under this name. */
  isSame(name: string, bytes: Uint8Array): boolean {
    return this.#bytes.get(name)?.equals(bytes) === true
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true })
  }
}
