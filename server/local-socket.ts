import { randomBytes } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Addresses of sockets have 104 bytes on macOS, 108 on Linux, with a zero at the end. */
const ADDRESS_BYTES = 103

/** A socket in a directory on which this process listens. Others find it by its name. */
interface LocalSocket {
  readonly name: string
  /** Listens no more. Connections that are there go on. */
  close(): void
}

/**
 * Listens on a new socket in `directory`, whose name begins with `prefix`. Neither the socket nor a
 * connection keeps the process alive.
 */
export async function listenOnLocalSocket(
  directory: string,
  prefix: string,
  onConnection: (socket: Socket) => void,
): Promise<LocalSocket> {
  const name = `${prefix}-${randomBytes(8).toString('hex')}`
  const path = join(directory, name)
  const { address, forget } = addressIn(directory, name)
  const server = createServer(connection => {
    connection.unref()
    onConnection(connection)
  })
  try {
    await listen(server, address)
  } finally {
    forget()
  }
  // A pipe of Windows is in no directory: a file with its name stands for it.
  if (process.platform === 'win32') writeFileSync(path, '')
  return {
    name,
    close() {
      server.close()
      rmSync(path, { force: true })
    },
  }
}

/**
 * Connects to a socket in `directory`. Undefined if nobody listens there any more, and then its
 * name is removed. It is never used again, so no living process loses its socket.
 */
export async function connectToLocalSocket(directory: string, name: string): Promise<Socket | undefined> {
  const { address, forget } = addressIn(directory, name)
  const socket = connect(address)
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return socket
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ECONNREFUSED' || code === 'ENOENT') rmSync(join(directory, name), { force: true })
    return undefined
  } finally {
    forget()
  }
}

/** An address for a socket that is short enough, also where the directory's path is long. */
function addressIn(directory: string, name: string): { address: string; forget: () => void } {
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\gifchat-${name}`, forget: () => {} }
  if (Buffer.byteLength(join(directory, name)) <= ADDRESS_BYTES)
    return { address: join(directory, name), forget: () => {} }
  const temporary = mkdtempSync(join(tmpdir(), 'gifchat-'))
  symlinkSync(realpathSync(directory), join(temporary, 'd'))
  return {
    address: join(temporary, 'd', name),
    forget: () => rmSync(temporary, { recursive: true, force: true }),
  }
}

const listen = (server: Server, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: address, exclusive: true }, () => {
      server.unref()
      resolve()
    })
  })
