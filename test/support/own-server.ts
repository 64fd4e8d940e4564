import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeGif } from './gif-writer.ts'
import { RecordedClient } from './recorded-client.ts'
import { KEYS, openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'

/** What is said in a room, and stands in its GIF. No file may ever have it. */
export const SAID = 'the canary sings at noon'

/**
 * Opens a room on a server of its own, and says something there in a text and in a GIF. Nothing is
 * on the disk by then.
 */
export async function openHost(home: TemporaryHome, options: TerminalOptions = {}): Promise<Terminal> {
  const host = await openTerminal({
    args: ['create', 'solo'],
    ...options,
    env: { ...home.env, ...options.env },
  })
  await host.waitFor('1/10 people')
  await host.ready()
  host.type(`${SAID}${KEYS.enter}`)
  await host.waitFor(screen => screen.text().slice(0, -3).join('\n').includes(SAID))
  host.type(`/gif ${home.gif}${KEYS.enter}`)
  await host.waitFor('canary.gif')
  await host.waitFor(screen => !/\d %|loading/.test(screen.text().join('\n')))
  assert.deepEqual(home.filesWith(SAID), [])
  return host
}

/** Somebody else in the host's room. */
export async function joinHost(host: Terminal): Promise<RecordedClient> {
  const guest = await RecordedClient.connect({ server: 'ws://localhost:8005' })
  const [room] = await guest.client.listRooms()
  assert.ok(room !== undefined)
  await guest.client.join(room.id)
  await host.waitFor('2/10 people')
  return guest
}

export interface TemporaryHome extends Disposable {
  readonly env: Readonly<Record<'HOME' | 'XDG_CONFIG_HOME' | 'XDG_DATA_HOME' | 'TMPDIR', string>>
  /** A GIF with `SAID` in it, outside of the home. */
  readonly gif: string
  /** Runs `gifchat serve` with these flags there, and returns what it prints. */
  serve(...flags: readonly string[]): string
  /** The files anywhere in it that hold `text`. */
  filesWith(text: string): readonly string[]
}

/** A home directory, with one for temporary files in it. */
export function temporaryHome(): TemporaryHome {
  const home = mkdtempSync(join(tmpdir(), 'gifchat-home-'))
  const elsewhere = mkdtempSync(join(tmpdir(), 'gifchat-posted-'))
  const gif = join(elsewhere, 'canary.gif')
  writeFileSync(gif, gifOfCanary())
  mkdirSync(join(home, 'tmp'))
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local'),
    TMPDIR: join(home, 'tmp'),
  }
  return {
    env,
    gif,
    serve: (...flags) =>
      execFileSync(process.execPath, [join(import.meta.dirname, '../../bin/gifchat.js'), 'serve', ...flags], {
        env: { ...env, LANG: 'C.UTF-8' },
        encoding: 'utf8',
      }),
    filesWith: text =>
      readdirSync(home, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .filter(file => contentOf(file).includes(text)),
    [Symbol.dispose]() {
      rmSync(home, { recursive: true })
      rmSync(elsewhere, { recursive: true })
    },
  }
}

/**
 * A GIF whose eight colours are the letters of `SAID`. Comments are taken out of what is posted.
 */
function gifOfCanary(): Buffer {
  const [...letters] = Buffer.from(SAID)
  const palette = Array.from(
    { length: 8 },
    (_, index) => letters.slice(3 * index, 3 * index + 3) as [number, number, number], // 24 letters
  )
  const size = { width: 8, height: 8 }
  return writeGif({ ...size, palette, frames: [{ ...size, delayMs: 100, indices: new Uint8Array(64) }] })
}

/** Empty for a file that is gone by now, such as the lock of the token file. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** The process that this one has started. */
export function childOf(pid: number): number {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const found = processes.split('\n').find(line => Number(line.trim().split(/\s+/)[1]) === pid)
  assert.ok(found !== undefined)
  return Number(found.trim().split(/\s+/)[0])
}

/** Whether a client finds no server at the default address. Skips the test if it would. */
export async function isPortFree(t: TestContext): Promise<boolean> {
  if (await isFree()) return true
  assert.notEqual(process.env.GIFCHAT_REQUIRE_SERVICES, '1', 'port 8005 must be free')
  t.skip('something else listens on port 8005')
  return false
}

/** Resolves when the server is gone. */
export async function untilFree(): Promise<void> {
  while (!(await isFree())) await sleep(20)
}

function isFree(): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(8005, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
