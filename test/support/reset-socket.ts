import type { Socket } from 'node:net'

/**
 * A socket that is being shut down can't be reset: Node.js 24 then never closes its handle, and the
 * process ends no more (`EINVAL` of `uv_tcp_close_reset`).
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
