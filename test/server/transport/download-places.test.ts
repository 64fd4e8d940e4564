import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { RoomDirectory } from '../../../server/chat/room-access.ts'
import { readServerConfig } from '../../../server/config.ts'
import { createTokens } from '../../../server/identity/tokens.ts'
import { NO_METRICS } from '../../../server/metrics/server-metrics.ts'
import { KeyedRateBuckets } from '../../../server/session/rate-limit.ts'
import { ConnectionIds } from '../../../server/transport/connection-ids.ts'
import { GifRoutes } from '../../../server/transport/gif-routes.ts'

/** GIF routes over a store that never answers, and the downloads that reached it. */
function downloads() {
  const begun: string[] = []
  const tokens = createTokens('a secret for this test')
  const room = {
    id: 'room',
    isPresent: () => true,
    gifs: {
      readGif(gif: string) {
        begun.push(gif)
        return new Promise<never>(() => {})
      },
    },
  }
  // A download needs no more of them.
  const rooms = { findRoom: () => room } as unknown as RoomDirectory
  const uploads = new KeyedRateBuckets({ perSecond: 1, burst: 1 }, 10, () => 0)
  const settings = readServerConfig({ trustedProxies: 1, downloadsAtOnce: 48 }, {})
  const routes = new GifRoutes({
    rooms,
    tokens,
    uploads,
    settings,
    log: { info() {}, warn() {} },
    metrics: NO_METRICS,
    ids: new ConnectionIds(),
    now: () => 0,
  })
  const authorization = `Bearer ${tokens.issue()}`
  /** Asks for a GIF with this name. Returns a function that cuts the request off. */
  const ask = (address: string, gif: string) => {
    const request = { socket: {}, headers: { authorization, 'x-forwarded-for': address } }
    const response = Object.assign(new EventEmitter(), { destroyed: false, setTimeout: () => {} })
    // A download needs no more of the two.
    const call = [request as unknown as IncomingMessage, response as unknown as ServerResponse] as const
    void routes.downloadGif(...call, 'room', gif)
    return () => {
      response.destroyed = true
      response.emit('close')
    }
  }
  return { begun, ask }
}

test('downloads at once count by address: one that has all its slots waits, and another does not', async () => {
  const { begun, ask } = downloads()
  const hangUps = Array.from({ length: 16 }, (_, index) => ask(`2001:db8:1:2:${index}::1`, `held ${index}`))
  ask('2001:db8:1:2:ffff::1', 'waits')
  ask('2001:db8:1:3::1', 'of another network')
  ask('192.0.2.7', 'of another address')
  await turn()
  assert.equal(begun.length, 18)
  assert.ok(!begun.includes('waits'))
  hangUps[0]?.()
  await turn()
  assert.equal(begun.at(-1), 'waits')
})

test('a client that hangs up while it waits for its slot takes none', async () => {
  const { begun, ask } = downloads()
  const hangUps = Array.from({ length: 16 }, (_, index) => ask('192.0.2.7', `held ${index}`))
  const hangUp = ask('192.0.2.7', 'hangs up')
  ask('192.0.2.7', 'waits')
  await turn()
  hangUp()
  hangUps[0]?.()
  await turn()
  assert.deepEqual(begun.slice(16), ['waits'])
})
