import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { socketLimits } from '../../server/transport/open-sockets.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

/** A plain connection to the server; what comes back is in `received`. */
async function plainConnection(server: TestServer, localAddress: string) {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress })
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  await once(socket, 'connect')
  return { socket, closed, text: () => Buffer.concat(received).toString() }
}

/** Sends bytes for as long as the server reads. Resolves with their number once it has closed. */
async function sendForEver(socket: Socket, head: string, closed: Promise<void>): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024)
  socket.write(head)
  const pump = () => {
    while (!socket.destroyed && socket.write(`${chunk.length.toString(16)}\r\n`)) {
      socket.write(chunk)
      if (!socket.write('\r\n')) break
    }
  }
  socket.on('drain', pump)
  pump()
  await closed
  return socket.bytesWritten
}

test('L3 idle connections of one address are cut off above a limit, and another address gets in', async () => {
  await using server = await startTestServer()
  let cutOff = 0
  const someCutOff = Promise.withResolvers<void>()
  const idle = await Promise.all(Array.from({ length: 300 }, () => plainConnection(server, '127.0.0.2')))
  for (const { closed } of idle) {
    closed.then(() => {
      if (++cutOff === 300 - 256) someCutOff.resolve()
    })
  }
  await someCutOff.promise
  await using _other = await WireClient.hello(server.url)
  assert.equal(cutOff, 300 - 256)
  for (const { socket } of idle) socket.destroy()
})

test('L3 one address never gets more than half of the sockets that the process can open', () => {
  const limits = socketLimits({ maxConnections: 20_000, connectionsPerAddress: 1_000 }, 600)
  assert.deepEqual(limits, { total: 440, perAddress: 220, plainPerAddress: 220 })
  const wide = socketLimits({ maxConnections: 20_000, connectionsPerAddress: 1_000 }, 1e6)
  assert.deepEqual(wide, { total: 21_024, perAddress: 1_256, plainPerAddress: 256 })
})

for (const [name, head] of [
  ['a path that is not there', 'POST /nowhere HTTP/1.1'],
  ['the health check', 'GET /healthz HTTP/1.1'],
  ['an upload without a token', 'POST /rooms/abc/gifs HTTP/1.1'],
] as const) {
  test(`a body without end to ${name} is answered and then cut off`, async () => {
    await using server = await startTestServer()
    const { socket, closed, text } = await plainConnection(server, '127.0.0.1')
    const sent = await sendForEver(socket, `${head}\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`, closed)
    assert.match(text(), /^HTTP\/1\.1 (?:404|200|401) /)
    assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were taken`)
  })
}

test('abuse 7: who asks again before an answer has come is cut off, and one request after the other is answered', async () => {
  await using server = await startTestServer()
  const request = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
  const answers = async (requests: number) => {
    const socket = connect(server.port, '127.0.0.1')
    let text = ''
    socket.on('error', () => {})
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
    })
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.write(request.repeat(requests))
    if (requests === 1) {
      while (!text.includes('"alive"')) await once(socket, 'data')
      text = ''
      socket.write(request)
      while (!text.includes('"alive"')) await once(socket, 'data')
      socket.end()
    }
    await closed
    return text.split('"alive"').length - 1
  }
  assert.equal(await answers(1), 1)
  assert.ok((await answers(10_000)) <= 1)
})
