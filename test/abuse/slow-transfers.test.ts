import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { gifInfoSchema } from '../../protocol/model.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { writeGif } from '../support/gif-writer.ts'
import { WireClient } from '../support/wire-client.ts'

/** A GIF of this many frames that can't be packed: 14 of them take about a mebibyte. */
function noisyGif(frames: number): Buffer {
  const [width, height] = [400, 400]
  let seed = 1
  const pixel = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed & 7
  }
  return writeGif({
    width,
    height,
    palette: Array.from({ length: 8 }, (_, index) => [index, index, index] as const),
    loops: 0,
    frames: Array.from({ length: frames }, () => ({
      width,
      height,
      delayMs: 100,
      indices: Uint8Array.from({ length: width * height }, pixel),
    })),
  })
}

/** More than the kernel takes for a client that does not read. */
const LARGE = noisyGif(72)
/** Its bytes come one by one. */
const SLOW = sampleGif({ width: 100, height: 100, frames: 20 })

/** A room, and HTTP calls of its one member as a proxy hands them on from any address. */
async function roomWithGifs(server: TestServer) {
  const member = await WireClient.hello(server.url)
  const { room } = await member.ask({ type: 'room.create', title: 'gifs' }, 'room.created')
  await member.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const path = (gif: string) => `/rooms/${room.id}/gifs${gif && `/${gif}`}`
  const call = (address: string, gif: string, options: { method?: string; expect?: string } = {}) => {
    const { method = 'GET', ...headers } = options
    const sent = request(`${server.url.replace('ws:', 'http:')}${path(gif)}`, {
      method,
      agent: false,
      headers: { ...headers, authorization: `Bearer ${member.token}`, 'x-forwarded-for': address },
    })
    sent.on('error', () => {})
    return sent
  }
  const upload = async (address: string, bytes: Buffer) => {
    const sent = call(address, '', { method: 'POST' })
    sent.end(bytes)
    return gifInfoSchema.parse(JSON.parse((await bodyOf(sent)).toString()))
  }
  const download = (address: string, gif: string) => {
    const sent = call(address, gif)
    sent.end()
    return sent
  }
  return { member, call, upload, download, path }
}

async function bodyOf(sent: ClientRequest): Promise<Buffer> {
  const response: IncomingMessage = (await once(sent, 'response'))[0]
  return buffer(response)
}

/**
 * A download whose client has received its first bytes and reads no more, so that only the kernel
 * takes some. Returns how it reads on: that resolves with the bytes that came in all.
 */
async function stalledDownload(server: TestServer, path: string, address: string, member: WireClient) {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  const headers = ['Host: x', 'Connection: close', `X-Forwarded-For: ${address}`]
  socket.write(
    [`GET ${path} HTTP/1.1`, ...headers, `Authorization: Bearer ${member.token}`, '', ''].join('\r\n'),
  )
  await once(socket, 'readable')
  return () =>
    new Promise<number>(resolve => {
      let received = 0
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      socket.once('close', () => resolve(received))
    })
}

/** Sends the beginning of a GIF and then a byte now and then. */
function uploadSlowly(sent: ClientRequest): { readonly cutOff: Promise<void> } {
  let at = 32
  sent.write(SLOW.subarray(0, at))
  const drip = setInterval(() => sent.write(SLOW.subarray(at, ++at)), 100)
  return {
    cutOff: new Promise(resolve =>
      sent.once('close', () => {
        clearInterval(drip)
        resolve()
      }),
    ),
  }
}

/** Begins slow uploads from these addresses. */
function slowUploads({ call }: Awaited<ReturnType<typeof roomWithGifs>>, addresses: readonly string[]) {
  let cutOffs = 0
  const uploads = addresses.map(address => {
    const sent = call(address, '', { method: 'POST' })
    const { cutOff } = uploadSlowly(sent)
    void cutOff.then(() => cutOffs++)
    return { sent, cutOff }
  })
  return {
    cutOffs: () => cutOffs,
    /** Resolves when one was cut off. */
    oneCutOff: () => Promise.race(uploads.map(({ cutOff }) => cutOff)),
    async stop() {
      for (const { sent } of uploads) sent.destroy()
      await Promise.all(uploads.map(({ cutOff }) => cutOff))
    },
  }
}

test('slow uploads of a few addresses leave slots for another address', async () => {
  await using server = await startTestServer({ trustedProxies: 1, uploadsAtOnce: 8 })
  const room = await roomWithGifs(server)
  // Each of the four may have two of the eight slots.
  const slow = slowUploads(
    room,
    Array.from({ length: 16 }, (_, index) => `192.0.2.${index % 4}`),
  )
  await room.upload('198.51.100.7', sampleGif())
  assert.equal(slow.cutOffs(), 0, 'a slot was free')
  await slow.stop()
  room.member.cut()
})

test('slow uploads of as many addresses as there are slots are cut off when another waits', async () => {
  await using server = await startTestServer({ trustedProxies: 1, uploadsAtOnce: 8, slowTransferMs: 500 })
  const room = await roomWithGifs(server)
  const slow = slowUploads(
    room,
    Array.from({ length: 12 }, (_, index) => `192.0.2.${index}`),
  )
  await room.upload('198.51.100.7', sampleGif())
  await slow.oneCutOff()
  await slow.stop()
  assert.deepEqual(
    server.log.lines.filter(line => line.includes('unforeseen')),
    [],
  )
  room.member.cut()
})

test('of downloads that nobody reads one is cut off for each that waits, and the others can go on', async () => {
  await using server = await startTestServer({ trustedProxies: 1, downloadsAtOnce: 4, slowTransferMs: 500 })
  const { member, upload, download, path } = await roomWithGifs(server)
  const { id } = await upload('198.51.100.7', LARGE)
  const stalled = await Promise.all(
    Array.from({ length: 4 }, (_, index) => stalledDownload(server, path(id), `192.0.2.${index}`, member)),
  )
  const bytes = await bodyOf(download('198.51.100.7', id))
  assert.ok(bytes.equals(LARGE))
  const received = await Promise.all(stalled.map(readOn => readOn()))
  assert.equal(received.filter(count => count > LARGE.length).length, 3, `received ${received}`)
  member.cut()
})

test('a class behind one address gets all its GIFs at a pace, and nobody elsewhere waits for it', async () => {
  const downloadBytesPerSecond = 2 * 1024 * 1024
  await using server = await startTestServer({ trustedProxies: 1, downloadBytesPerSecond })
  const { member, upload, download } = await roomWithGifs(server)
  const gif = noisyGif(14)
  const { id } = await upload('198.51.100.7', gif)
  let finished = 0
  const pupils = Array.from({ length: 20 }, async () => {
    const bytes = await bodyOf(download('192.0.2.1', id))
    assert.ok(bytes.equals(gif))
    finished++
  })
  const elsewhere = await bodyOf(download('198.51.100.7', id))
  assert.ok(elsewhere.equals(gif))
  assert.ok(finished < 20, 'the class takes longer')
  await Promise.all(pupils)
  member.cut()
})
