import type { Socket } from 'node:net'

/** How long a refused client may take to read the refusal, in milliseconds. */
const READ_MS = 2_000

/**
 * Answers an upgrade with an HTTP status and ends the connection, even if the client never ends its
 * half. `headers` are whole lines.
 */
export function refuseUpgrade(socket: Socket, status: string, why: string, headers = ''): void {
  socket.on('error', () => socket.destroy())
  socket.setTimeout(READ_MS, () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\n${headers}\r\n${why}\n`)
}
