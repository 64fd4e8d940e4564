import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A small proxy for tests. It takes every name for this machine, so that a name that no resolver
 * knows can be reached through it alone.
 */
export interface ForwardProxy extends AsyncDisposable {
  readonly port: number
  /** Each place it was asked for, as `host:port`. */
  readonly asked: readonly string[]
}

/** An HTTP proxy that knows CONNECT alone. With `login`, it lets in `name:password` only. */
export async function startConnectProxy(
  options: { readonly login?: string; readonly status?: number } = {},
): Promise<ForwardProxy> {
  const asked: string[] = []
  const http = createHttpServer((_, response) => response.writeHead(405).end())
  http.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '')
    const wanted = options.login && `Basic ${Buffer.from(options.login).toString('base64')}`
    const status = request.headers['proxy-authorization'] === wanted ? (options.status ?? 200) : 407
    socket.write(`HTTP/1.1 ${status} x\r\n${status === 200 ? '' : 'Content-Length: 0\r\n'}\r\n`)
    if (status === 200) join(socket, Number(request.url?.split(':').at(-1)))
    else socket.end()
  })
  return listening(http, asked)
}

/** A SOCKS5 proxy (RFC 1928). With `login`, it lets in `name:password` only (RFC 1929). */
export async function startSocksProxy(options: { readonly login?: string } = {}): Promise<ForwardProxy> {
  const asked: string[] = []
  const server = createServer(socket => {
    serveSocks(socket, options.login, asked).catch(() => socket.destroy())
  })
  return listening(server, asked)
}

async function serveSocks(socket: Socket, login: string | undefined, asked: string[]): Promise<void> {
  socket.on('error', () => undefined)
  const [, methods = 0] = await read(socket, 2)
  const offered = await read(socket, methods)
  const method = login === undefined ? 0 : 2
  if (!offered.includes(method)) {
    socket.end(Buffer.from([5, 0xff]))
    return
  }
  socket.write(Buffer.from([5, method]))
  if (login !== undefined) {
    const [, nameLength = 0] = await read(socket, 2)
    const name = await read(socket, nameLength)
    const [passwordLength = 0] = await read(socket, 1)
    const isKnown = `${name}:${await read(socket, passwordLength)}` === login
    socket.write(Buffer.from([1, isKnown ? 0 : 1]))
    if (!isKnown) return
  }
  const [, , , kind] = await read(socket, 4)
  const length = kind === 1 ? 4 : kind === 4 ? 16 : (await read(socket, 1))[0]
  const place = await read(socket, length ?? 0)
  const port = (await read(socket, 2)).readUInt16BE()
  asked.push(`${kind === 3 ? place.toString() : place.join('.')}:${port}`)
  socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
  join(socket, port)
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0)
  for (;;) {
    const found: Buffer | null = socket.read(bytes)
    if (found !== null) return found
    await once(socket, 'readable')
    if (socket.readableEnded) throw new Error('the client is gone')
  }
}

function join(socket: Socket, port: number): void {
  const target = connect(port, '127.0.0.1')
  for (const [one, other] of [
    [socket, target],
    [target, socket],
  ] as const)
    one.on('error', () => other.destroy()).on('close', () => other.destroy())
  socket.pipe(target).pipe(socket)
}

async function listening(server: Server, asked: readonly string[]): Promise<ForwardProxy> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port, // it listens
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
