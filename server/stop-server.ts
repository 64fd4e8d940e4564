import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenRooms } from './open-rooms.ts'
import type { WebSocketListener } from './transport/websocket-listener.ts'

/** How long HTTP requests may still take when the server stops, in milliseconds. */
const FAREWELL_MS = 3_000

/** Stops a server as PROTOCOL.md D9 says. Its clients come back within `windowMs`. */
export async function stopServer(parts: {
  ports: readonly Server[]
  listener: WebSocketListener
  rooms: OpenRooms
  windowMs: number
}): Promise<void> {
  const { ports, listener, rooms, windowMs } = parts
  const haveOthersTaken = await rooms.handOverRooms()
  const stopped = Promise.all(ports.map(http => new Promise<void>(resolve => http.close(() => resolve()))))
  listener.stopAccepting()
  const isForGood = rooms.store.kind === 'memory'
  if (haveOthersTaken) {
    await sendAway(listener, windowMs)
    // Somebody may have opened a room meanwhile.
    await rooms.handOverRooms()
  } else if (!isForGood) announceRestart(listener, windowMs)
  await rooms.registry.finishPosts()
  await listener.closeConnections(isForGood ? 'serverEnded' : 'serverRestart')
  await rooms.closeRooms()
  rooms.lobby.closeLobby()
  const cut = setTimeout(() => {
    for (const http of ports) http.closeAllConnections()
  }, FAREWELL_MS)
  await stopped
  clearTimeout(cut)
  await rooms.store.close()
}

/** Closes the connections one by one. The clients go to other servers at once. */
async function sendAway(listener: WebSocketListener, windowMs: number): Promise<void> {
  const connections = [...listener.connections]
  const startedAt = performance.now()
  for (const [place, connection] of connections.entries()) {
    const waitMs = (windowMs * place) / connections.length - (performance.now() - startedAt)
    if (waitMs >= 1) await sleep(waitMs)
    connection.send({ type: 'serverRestart', retryAfterMs: 0 })
    connection.close('serverRestart')
  }
}

/** Gives each client another moment to come back, so that they don't all come at once. */
function announceRestart(listener: WebSocketListener, windowMs: number): void {
  const { size } = listener.connections
  let place = 0
  for (const connection of listener.connections) {
    const retryAfterMs = Math.round((windowMs * place++) / Math.max(1, size))
    connection.send({ type: 'serverRestart', retryAfterMs })
  }
}
