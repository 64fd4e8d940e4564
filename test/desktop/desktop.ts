import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

const WIDTH = 1024
const HEIGHT = 700

/** A screen as red, green and blue, row by row. */
export class Screenshot {
  readonly width = WIDTH
  readonly height = HEIGHT
  readonly #pixels: Buffer

  constructor(pixels: Buffer) {
    this.#pixels = pixels
  }

  /** The rectangle within which two screens differ; undefined when they do not. */
  difference(other: Screenshot): Rectangle | undefined {
    let [left, top, right, bottom] = [WIDTH, HEIGHT, 0, 0]
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        if (this.color(x, y) === other.color(x, y)) continue
        left = Math.min(left, x)
        right = Math.max(right, x + 1)
        top = Math.min(top, y)
        bottom = y + 1
      }
    }
    return right === 0 ? undefined : { left, top, width: right - left, height: bottom - top }
  }

  /** By how many pixels the other screen shows this rectangle higher, if it does. */
  pixelsRaised(other: Screenshot, rectangle: Rectangle): number | undefined {
    for (let by = 1; by <= rectangle.top; by++) if (this.#isRaised(other, rectangle, by)) return by
    return undefined
  }

  #isRaised(other: Screenshot, { left, top, width, height }: Rectangle, by: number): boolean {
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) if (this.color(x, y) !== other.color(x, y - by)) return false
    return true
  }

  /** The number of colours in a rectangle. */
  colors({ left, top, width, height }: Rectangle): ReadonlySet<number> {
    const colors = new Set<number>()
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) colors.add(this.color(x, y))
    return colors
  }

  color(x: number, y: number): number {
    const offset = (y * WIDTH + x) * 3
    return y < 0 || y >= HEIGHT ? -1 : this.#pixels.readUIntBE(offset, 3)
  }
}

export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface DesktopProgram {
  /** Rejects with its last output when it ends. */
  readonly gone: Promise<never>
  close(): Promise<void>
}

/** An X server without a real screen, and the programs on it. */
export class Desktop implements AsyncDisposable {
  readonly #display: string
  readonly #processes: ChildProcess[] = []

  private constructor(display: string) {
    this.#display = display
  }

  static async open(): Promise<Desktop> {
    const number = 90 + (process.pid % 400)
    const desktop = new Desktop(`:${number}`)
    desktop.#spawn('Xvfb', [`:${number}`, '-screen', '0', `${WIDTH}x${HEIGHT}x24`, '-nolisten', 'tcp'], {})
    await until('Xvfb is there', () =>
      access(`/tmp/.X11-unix/X${number}`).then(
        () => true,
        () => false,
      ),
    )
    return desktop
  }

  /** Starts a program. */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): DesktopProgram {
    const child = this.#spawn(command, args, env)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000)
    })
    const gone = once(child, 'close').then(() => {
      throw new Error(`${command} ended by itself: ${said}`)
    })
    // Nobody may be waiting for it.
    gone.catch(() => undefined)
    return { gone, close: () => end(child) }
  }

  async screenshot(): Promise<Screenshot> {
    const { stdout } = await run(
      'import',
      ['-display', this.#display, '-window', 'root', '-depth', '8', 'rgb:-'],
      {
        encoding: 'buffer',
        maxBuffer: WIDTH * HEIGHT * 4,
      },
    )
    return new Screenshot(stdout)
  }

  /** Saves the screen as a PNG file. */
  async save(path: string): Promise<void> {
    await run('import', ['-display', this.#display, '-window', 'root', path])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes.toReversed()) await end(child)
  }

  #spawn(command: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DISPLAY: this.#display, ...env },
    })
    this.#processes.push(child)
    return child
  }
}

/** Whether a program is installed. */
export const isInstalled = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v "${command}"`]).status === 0

/** A busy machine takes ten seconds for three screenshots, and often catches half a picture. */
const LONGEST_WAIT_MS = 120_000

/** Polls the screen, since a desktop does not tell when it has drawn something. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  for (const limit = Date.now() + LONGEST_WAIT_MS; Date.now() < limit; await sleep(100)) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
  }
  throw new Error(`It took longer than ${LONGEST_WAIT_MS / 1_000} s until ${what}.`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}
