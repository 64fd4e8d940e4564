import { setTimeout as sleep } from 'node:timers/promises'
import type { Abuse, Ground, Variant } from '../abuse.ts'
import { FloodConnection } from '../flood-connection.ts'
import { crowdFlood, cutAtTheEnd } from '../keep-flooding.ts'

const LINE = `${'x'.repeat(64 * 1024)}\r\n`
const CHUNK = `10000\r\n${'x'.repeat(64 * 1024)}\r\n`

/** Opens connections that say nothing, and opens those again that were cut off. */
const idle =
  (connections: number, addresses: number): Variant =>
  async ground =>
    crowdFlood({ connections, addresses }, async (from, _, until) => {
      const connection = await FloodConnection.plain({ ...ground, from })
      if (connection === undefined) return false
      await cutAtTheEnd(connection, until, () => connection.ended())
      return false
    })

/** Writes a beginning, and then the same bytes over and over, with a pause or without. */
const endless =
  (
    head: (ground: Ground) => string,
    more: string,
    options: { readonly connections: number; readonly addresses: number; readonly everyMs?: number },
  ): Variant =>
  async ground =>
    crowdFlood(options, async (from, _, until) => {
      const connection = await FloodConnection.plain({ ...ground, from })
      if (connection === undefined) return false
      await cutAtTheEnd(connection, until, async () => {
        await connection.write(head(ground))
        while (await connection.write(more))
          await (options.everyMs === undefined ? new Promise(setImmediate) : sleep(options.everyMs))
      })
      return true
    })

const bodyTo = (path: string) => () =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
const REQUEST = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
const MANY_REQUESTS = REQUEST.repeat(1_500)
const HEADERS = () => 'GET / HTTP/1.1\r\nHost: x\r\n'

export const socketAbuses: readonly Abuse[] = [
  {
    name: 'idle-sockets',
    what: '4,000 connections that say nothing',
    variants: {
      'of one address': idle(4_000, 1),
      'of 16 addresses': idle(4_000, 16),
    },
  },
  {
    name: 'endless-bodies',
    what: 'bodies without an end',
    variants: {
      '16 to no path': endless(bodyTo('/nowhere'), CHUNK, { connections: 16, addresses: 1 }),
      '16 to the health check': endless(bodyTo('/healthz'), CHUNK, { connections: 16, addresses: 1 }),
      '200 uploads without a token': endless(bodyTo('/rooms/abc/gifs'), CHUNK, {
        connections: 200,
        addresses: 20,
      }),
    },
  },
  {
    name: 'pipelined',
    what: 'requests that wait for no answer',
    variants: {
      '4 connections': endless(() => REQUEST, MANY_REQUESTS, { connections: 4, addresses: 1 }),
      '250 of one address': endless(() => REQUEST, MANY_REQUESTS, { connections: 250, addresses: 1 }),
      '200 of 20 addresses': endless(() => REQUEST, MANY_REQUESTS, { connections: 200, addresses: 20 }),
    },
  },
  {
    name: 'slow-headers',
    what: 'headers that never end',
    variants: {
      '250 of one address, a byte in 100 ms': endless(HEADERS, 'x', {
        connections: 250,
        addresses: 1,
        everyMs: 100,
      }),
      '2,000 of 20 addresses, a header a second': endless(HEADERS, 'x: y\r\n', {
        connections: 2_000,
        addresses: 20,
        everyMs: 1_000,
      }),
      '50 of one address, as fast as they can': endless(HEADERS, LINE, { connections: 50, addresses: 1 }),
    },
  },
]
