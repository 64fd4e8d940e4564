import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GifError } from '../gif/gif-stage.ts'

/**
 * Programs that open a file with the viewer the person has chosen. The first that works is used.
 */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
}
const OTHER_OPENERS = ['xdg-open', 'wslview']

/** With the number of the process that made it. */
const LEFT_DIRECTORY = /^gifchat-shown-(\d+)-\w+$/

/** An opener that still runs after so many milliseconds has found a viewer. */
const TAKEN_MS = 3_000

/**
 * Shows GIFs in the system's viewer. Their files are readable by the owner alone, and are removed
 * when the program ends, or at the next start if it was killed.
 */
export class GifFileViewer {
  #directory: string | undefined
  #count = 0

  /** Resolves when a viewer was started. Rejects with a `GifError` if there is none. */
  async showGif(bytes: Uint8Array): Promise<void> {
    this.#directory ??= await this.#makeDirectory()
    // The sender chose the file's name, so other programs must not get it.
    const path = join(this.#directory, `gifchat-${++this.#count}.gif`)
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
    for (const opener of OPENERS[process.platform] ?? OTHER_OPENERS) {
      if (await hand(opener, path)) return
    }
    throw new GifError('noViewer')
  }

  removeShownFiles(): void {
    if (this.#directory === undefined) return
    rmSync(this.#directory, { recursive: true, force: true })
    process.off('exit', this.#onExit)
    this.#directory = undefined
  }

  readonly #onExit = () => this.removeShownFiles()

  async #makeDirectory(): Promise<string> {
    process.once('exit', this.#onExit)
    return mkdtemp(join(tmpdir(), `gifchat-shown-${process.pid}-`))
  }
}

/** Removes what programs of this user showed that were killed. */
export async function removeLeftGifFiles(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = LEFT_DIRECTORY.exec(name) ?? []
    if (pid === undefined || isRunning(Number(pid))) continue
    const directory = join(tmpdir(), name)
    const found = await lstat(directory)
    if (found.isDirectory() && found.uid === process.getuid?.()) await rm(directory, { recursive: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Whether the opener found a viewer. Explorer never says. */
function hand(opener: string, path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  // Some openers run until their viewer is closed.
  setTimeout(() => resolve(true), TAKEN_MS).unref()
  const child = spawn(opener, [path], { stdio: 'ignore', detached: true, windowsHide: true })
  child.once('error', () => resolve(false))
  child.once('exit', code => resolve(code === 0 || opener === 'explorer.exe'))
  child.unref()
  return promise
}
