import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { sendJsonResponse } from './json-response.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'

/**
 * So many clients are asked to come again within a second. The more come, the later they are asked
 * to: their tries must not hold the start up.
 */
const REFUSALS_A_SECOND = 1_000

/**
 * Answers everything with 503 until the server is ready, so that clients try again soon. Only
 * `GET` or `HEAD /healthz` is answered 200, since the server lives, and says that it starts. The
 * returned function ends that.
 */
export function refuseHttpUntilReady(http: Server, path: string, version: string): () => void {
  let refused = 0
  const refuse = (_request: IncomingMessage, socket: Socket) => {
    const seconds = 1 + Math.floor(refused++ / REFUSALS_A_SECOND)
    const why = 'The server is getting ready: try again in a moment.'
    refuseUpgrade(socket, '503 Service Unavailable', why, `Retry-After: ${seconds}\r\n`)
  }
  const refuseRequest = ({ method, url }: IncomingMessage, response: ServerResponse) => {
    if ((method === 'GET' || method === 'HEAD') && isHealth(path, url)) {
      sendJsonResponse(response, 200, { status: 'starting', version })
      return
    }
    sendJsonResponse(response, 503, {
      code: 'unavailable',
      message: 'the server is getting ready: try again in a moment',
    })
  }
  http.on('upgrade', refuse)
  http.on('request', refuseRequest)
  return () => {
    http.off('upgrade', refuse)
    http.off('request', refuseRequest)
  }
}

const isHealth = (path: string, url = ''): boolean =>
  ['/healthz', `${path}/healthz`].includes(url.split('?')[0] ?? '')
