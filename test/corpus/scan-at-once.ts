import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'
import { largeGifs } from './costly-gifs.ts'

/** The most bytes that a server had in memory before and while it took files, and its answers. */
export interface ScanAtOnce {
  readonly restBytes: number
  readonly peakBytes: number
  readonly statuses: readonly (number | undefined)[]
}

/**
 * Sends so many files of as many bytes as may be to a server of its own, all at once and each from
 * an address of its own on the loopback. Only Linux has those, and tells the most memory that a
 * process had.
 */
export async function scanAtOnce(count: number): Promise<ScanAtOnce> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-at-once-'))
  await using server = new ServerProcess({ port: await freePort(), data })
  await server.start()
  const senders = await Promise.all(
    largeGifs(count).map(async ({ bytes }, index) => {
      const localAddress = `127.0.1.${1 + index}`
      const client = await WireClient.open(server.url, { localAddress })
      const { token } = await client.ask({ type: 'hello' }, 'welcome')
      const { room } = await client.ask({ type: 'room.create', title: 'at once' }, 'room.created')
      await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
      const send = async (): Promise<number | undefined> => {
        const upload = request({
          host: '127.0.0.1',
          port: server.port,
          localAddress,
          method: 'POST',
          path: `/rooms/${room.id}/gifs`,
          headers: { authorization: `Bearer ${token}`, 'content-length': bytes.length },
        }).end(bytes)
        const [response] = await once(upload, 'response')
        response.resume()
        return response.statusCode
      }
      return { client, send }
    }),
  )
  const restBytes = peakOf(server.pid)
  const statuses = await Promise.all(senders.map(({ send }) => send()))
  const peakBytes = peakOf(server.pid)
  for (const { client } of senders) await client[Symbol.asyncDispose]()
  await rm(data, { recursive: true, force: true })
  return { restBytes, peakBytes, statuses }
}

const peakOf = (pid: number | undefined): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024
