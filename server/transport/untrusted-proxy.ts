import type { IncomingMessage, Server } from 'node:http'
import type { CoreLog } from '../chat/core-log.ts'

/**
 * Makes a function that tells the operator, once, that a proxy seems to stand in front of this
 * server and is not trusted: everybody behind it then counts as one address.
 */
export function createProxyWarning(
  trustedProxies: number,
  log: Pick<CoreLog, 'warn'>,
): (http: Server) => void {
  let isTold = trustedProxies > 0
  const look = (request: IncomingMessage) => {
    if (isTold || request.headers['x-forwarded-for'] === undefined) return
    isTold = true
    // What the header says is a stranger's text, and not needed here.
    log.warn(
      { peer: request.socket.remoteAddress },
      'X-Forwarded-For came, but no proxy is trusted, so everybody behind a proxy counts as one address: ' +
        'if the proxy is yours, set --trusted-proxies (GIFCHAT_TRUSTED_PROXIES) to how many there are',
    )
  }
  return http => {
    http.on('request', look)
    http.on('upgrade', look)
  }
}
