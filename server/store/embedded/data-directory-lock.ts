import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { storeFileErrorCodeOf } from './store-files.ts'

const NAME = /^lock-[0-9a-f]{16}$/
/** Addresses of sockets have 104 bytes on macOS, 108 on Linux, with a zero at the end. */
const ADDRESS_BYTES = 103
/**
 * Two servers that start together see each other, and both step back; one of them is alone later.
 */
const TRIES = 5
const STEP_BACK_MS = 40

/** Holds a directory until it is released or its process is gone. */
export interface DirectoryLock {
  release(): Promise<void>
}

/**
 * Locks a directory for this process; undefined when another process has it. A server first listens
 * on a socket of its own in the directory, and then connects to each of the other sockets there.
 * A socket on which nobody answers was left by a killed server, and is deleted. Its name is never
 * used again, so no living server loses its socket. Of two servers that start at once, at least
 * one sees the other, because each listens before it looks.
 */
export async function lockDataDirectory(directory: string): Promise<DirectoryLock | undefined> {
  if (process.platform === 'win32') return lockPipe(directory)
  for (let tries = TRIES; ; tries--) {
    const name = `lock-${randomBytes(8).toString('hex')}`
    const path = join(directory, name)
    const { address, forget } = reach(directory)
    try {
      const server = await listen(join(address, name))
      const lock = {
        async release() {
          await close(server)
          rmSync(path, { force: true })
        },
      }
      const others = readdirSync(directory).filter(other => NAME.test(other) && other !== name)
      const answers = await Promise.all(others.map(other => isAnswered(join(address, other))))
      for (const [index, other] of others.entries()) {
        if (answers[index] === false) rmSync(join(directory, other), { force: true })
      }
      if (!answers.includes(true)) return lock
      await lock.release()
    } finally {
      forget()
    }
    if (tries === 1) return undefined
    await sleep(STEP_BACK_MS * Math.random())
  }
}

/** A pipe has its name for as long as somebody listens. */
async function lockPipe(directory: string): Promise<DirectoryLock | undefined> {
  const name = createHash('sha256').update(realpathSync(directory).toLowerCase()).digest('hex')
  try {
    const server = await listen(`\\\\.\\pipe\\gifchat-${name}`)
    return { release: () => close(server) }
  } catch (error) {
    if (storeFileErrorCodeOf(error) === 'EADDRINUSE') return undefined
    throw error
  }
}

/** A path to the directory that is short enough for the address of a socket. */
function reach(directory: string): { address: string; forget: () => void } {
  if (Buffer.byteLength(directory) + '/lock-'.length + 16 <= ADDRESS_BYTES) {
    return { address: directory, forget: () => {} }
  }
  const temporary = mkdtempSync(join(tmpdir(), 'gifchat-'))
  const address = join(temporary, 'data')
  symlinkSync(realpathSync(directory), address)
  return { address, forget: () => rmSync(temporary, { recursive: true }) }
}

function listen(path: string): Promise<Server> {
  const server = createServer(socket => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, exclusive: true }, () => resolve(server.unref()))
  })
}

const close = (server: Server): Promise<void> => new Promise(resolve => server.close(() => resolve()))

/** False when nobody listens there any more; in doubt somebody does. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', error => {
      const code = storeFileErrorCodeOf(error)
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT')
    })
  })
}
