import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { httpErrorSchema } from '../../../protocol/server-messages.ts'
import { NO_METRICS } from '../../../server/metrics/server-metrics.ts'
import { ConnectionIds } from '../../../server/transport/connection-ids.ts'
import type { GifRoutes } from '../../../server/transport/gif-routes.ts'
import { createHttpRoutes } from '../../../server/transport/http-routes.ts'
import { refuseHttpUntilReady } from '../../../server/transport/starting-gate.ts'
import { WireClient } from '../../support/wire-client.ts'

/** A plain HTTP server on a free port. */
async function listen() {
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo // it listens
  return {
    http,
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
    },
  }
}

test('E1 a server that gets ready asks everybody to come again, and nobody once it is', async () => {
  await using server = await listen()
  const { http, address } = server
  const openUp = refuseHttpUntilReady(http, '/chat', 'gifchat/test')
  await assert.rejects(WireClient.open(`ws://${address}`), /503/)
  const response = await fetch(`http://${address}/readyz`)
  assert.equal(response.status, 503)
  for (const path of ['/healthz', '/chat/healthz'])
    assert.equal((await fetch(`http://${address}${path}`, { method: 'HEAD' })).status, 200)
  assert.equal(httpErrorSchema.parse(await response.json()).code, 'unavailable')
  openUp()
  http.on('request', (_, response) => response.end('ready'))
  assert.equal(await (await fetch(`http://${address}/readyz`)).text(), 'ready')
})

test('D10 who comes while a server gets ready is told when to come again, later the more come', async () => {
  await using server = await listen()
  refuseHttpUntilReady(server.http, '', 'gifchat/test')
  const agent = new Agent({ maxSockets: 50 })
  const ask = async (): Promise<string | undefined> => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
    const [response] = await once(get(`http://${server.address}`, { agent, headers }), 'response')
    response.resume()
    return response.headers['retry-after']
  }
  const answers = await Promise.all(Array.from({ length: 2_001 }, ask))
  assert.deepEqual(
    ['1', '2', '3'].map(seconds => answers.filter(answer => answer === seconds).length),
    [1_000, 1_000, 1],
  )
})

test('E1 a fault of the server over HTTP is answered as one and told to the log alone', async () => {
  await using server = await listen()
  const logged: unknown[] = []
  const gifs = {
    uploadGif: () => Promise.reject(new TypeError('a detail of the server')),
  } as unknown as GifRoutes // what an upload asks of it
  server.http.on(
    'request',
    createHttpRoutes({
      gifs,
      path: '',
      checkReady: async () => {},
      log: { debug() {}, info() {}, warn() {}, error: details => void logged.push(details) },
      metrics: NO_METRICS,
      ids: new ConnectionIds(),
      trustedProxies: 0,
      version: 'gifchat/test',
    }),
  )
  const response = await fetch(`http://${server.address}/rooms/room/gifs`, { method: 'POST', body: 'x' })
  const text = await response.text()
  assert.equal(response.status, 500)
  assert.equal(httpErrorSchema.parse(JSON.parse(text)).code, 'internal')
  assert.doesNotMatch(text, /detail|TypeError/)
  assert.equal(logged.length, 1)
})
