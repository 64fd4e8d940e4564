import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { FakeServer } from '../support/fake-server.ts'
import type { Hostility } from './hostility.ts'

/** A server that answers in one wrong way, in this process. */
export interface HostileServer extends AsyncDisposable {
  /** `ws://host:port`. */
  readonly url: string
  /** Resolves when the client has met with the wrong answer. */
  readonly met: Promise<void>
}

export async function startHostileServer({ answer, raw }: Hostility): Promise<HostileServer> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (raw !== undefined) return startRawServer(raw, promise, resolve)
  const server = await FakeServer.start()
  server.addRoom('k3mw9x2a')
  server.script = (request, connection) =>
    // Whatever it returns, only one word means that the request has its answer.
    answer?.(request, connection, resolve) === 'handled' ? 'handled' : undefined
  return { url: server.url, met: promise, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function startRawServer(
  raw: (socket: Socket) => void,
  met: Promise<void>,
  meet: () => void,
): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      raw(socket)
      meet()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    met,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
