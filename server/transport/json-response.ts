import type { ServerResponse } from 'node:http'

/** Sends a JSON body. */
export function sendJsonResponse(
  response: ServerResponse,
  status: number,
  body: object,
  headers: object = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  response.end(`${JSON.stringify(body)}\n`)
}
