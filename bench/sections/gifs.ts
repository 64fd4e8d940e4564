import { once } from 'node:events'
import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../test/support/gif-random.ts'
import { type Rgb, writeGif } from '../../test/support/gif-writer.ts'
import { GifchatConnection } from '../load/gifchat-dialect.ts'
import { UNTALLIED } from '../load/member.ts'
import { cpuMicrosecondsSince, readCpu, residentBytes } from '../process-usage.ts'
import type { Row, Section } from '../section.ts'
import { median } from '../statistics.ts'
import { GIFCHAT, mongoSubjects, type RunningServer, type Subject } from '../subjects.ts'

const READERS = 50

/** One GIF near the limit of 5 MiB is uploaded, and everybody in the room downloads it at once. */
export const gifs: Section = {
  name: 'gifs',
  async run({ rounds, mongo }) {
    const gif = noiseGif()
    const values: Record<string, string> = {}
    const measure = async (subject: Subject, times: number): Promise<void> => {
      await using server = await subject.start()
      const transfers: Transfer[] = []
      for (let round = 0; round < times; round++) transfers.push(await transfer(server, gif))
      values[subject.column] = figureOf(transfers, gif.length)
    }
    await measure(GIFCHAT, rounds)
    // The program that stands in for MongoDB here reads without indexes. That takes so long that
    // one round must do.
    if (mongo !== undefined) await measure(mongoSubjects(mongo)[0], 1)
    const size = (gif.length / 2 ** 20).toFixed(1)
    const row: Row = {
      what: `a GIF of ${size} MiB: upload; ${READERS} fetch it at once, all done; server CPU of each fetch; its memory then (on MongoDB: once)`,
      values,
    }
    return [row]
  },
}

interface Transfer {
  readonly uploadMs: number
  readonly fetchMs: number
  /** Milliseconds of the server's processor time for one download. */
  readonly cpuMs: number
  readonly memory: number
}

function figureOf(transfers: readonly Transfer[], bytes: number): string {
  const of = (key: keyof Transfer): number => median(transfers.map(transfer => transfer[key]))
  const rate = (READERS * bytes) / 2 ** 20 / (of('fetchMs') / 1_000)
  return `${of('uploadMs').toFixed(0)} ms; ${of('fetchMs').toFixed(0)} ms (${Math.round(rate).toLocaleString('en')} MiB/s); ${of('cpuMs').toFixed(1)} ms; ${Math.round(of('memory'))} MiB`
}

async function transfer({ port, pid }: RunningServer, gif: Buffer): Promise<Transfer> {
  const enter = async (index: number, room?: string) => {
    // The people come from many addresses.
    const from = `127.0.1.${1 + index}`
    const connection = await GifchatConnection.hello({ port, from, tally: UNTALLIED })
    const place =
      room ??
      JSON.parse(await connection.ask({ type: 'room.create', title: 'gifs', max: READERS + 1 })).room.id
    await connection.ask({ type: 'chat.join', room: place })
    return { connection, from, room: place as string } // every room has a string as its id
  }
  const owner = await enter(READERS)
  const people = await Promise.all(Array.from({ length: READERS }, (_, index) => enter(index, owner.room)))
  const path = `/rooms/${owner.room}/gifs`
  const start = performance.now()
  const posted = await call({ ...owner, port, path, body: gif })
  const uploadMs = performance.now() - start
  const { id } = JSON.parse(posted.toString())
  const before = readCpu(pid)
  const fetchStart = performance.now()
  const sizes = await Promise.all(
    people.map(async person => (await call({ ...person, port, path: `${path}/${id}` })).length),
  )
  const fetchMs = performance.now() - fetchStart
  if (sizes.some(size => size !== gif.length)) throw new Error('not all of the GIF came')
  const cpuMs = cpuMicrosecondsSince(pid, before) / 1_000 / READERS
  const memory = residentBytes(pid) / 2 ** 20
  for (const { connection } of [owner, ...people]) connection.wire.close()
  return { uploadMs, fetchMs, cpuMs, memory }
}

/**
 * The body that answers an HTTP call. Asks again when the store is busy, as a client does. Rejects
 * when the call is refused.
 */
async function call(options: {
  readonly connection: GifchatConnection
  readonly from: string
  readonly port: number
  readonly path: string
  readonly body?: Buffer
}): Promise<Buffer> {
  const { connection, from, port, path, body } = options
  const sent = request({
    port,
    host: '127.0.0.1',
    path,
    localAddress: from,
    // The server closes a connection that rested for 5 s. On a busy machine, whoever uses such a
    // one again learns of that too late (ECONNRESET).
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${connection.token}`,
      ...(body === undefined ? {} : { 'content-type': 'image/gif', 'content-length': body.length }),
    },
  }).end(body)
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = await response.toArray()
  const answer = Buffer.concat(chunks)
  if (response.statusCode === 503) {
    await sleep(JSON.parse(answer.toString()).retryAfterMs)
    return call(options)
  }
  if (response.statusCode >= 300) throw new Error(`${path}: ${response.statusCode} ${answer}`)
  return answer
}

/** A GIF of noise, which can't be compressed. It has a little less than 5 MiB. */
function noiseGif(): Buffer {
  const random = seededRandom(5)
  const [width, height] = [400, 300]
  const palette = Array.from({ length: 256 }, (): Rgb => [random(256), random(256), random(256)])
  const frame = () => ({
    width,
    height,
    delayMs: 100,
    indices: Uint8Array.from({ length: width * height }, () => random(256)),
  })
  return writeGif({ width, height, palette, loops: 0, frames: Array.from({ length: 30 }, frame) })
}
