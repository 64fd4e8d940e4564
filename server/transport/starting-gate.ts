import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { answer } from './json-answer.ts'

/** Refuses everything with 503 while the server gets ready, so that clients come again soon; call the result to open up. */
export function refuseUntilReady(http: Server): () => void {
  const refuseUpgrade = (_request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n')
  }
  const refuseRequest = (_request: IncomingMessage, response: ServerResponse) => {
    answer(response, 503, {
      code: 'unavailable',
      message: 'the server is getting ready: try again in a moment',
    })
  }
  http.on('upgrade', refuseUpgrade)
  http.on('request', refuseRequest)
  return () => {
    http.off('upgrade', refuseUpgrade)
    http.off('request', refuseRequest)
  }
}
