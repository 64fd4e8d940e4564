import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { FaultyProxy } from './faulty-proxy.ts'

const random = () => 0

test('a pipe that is cut in the middle of a chunk passes on the beginning of the stream and no more', async () => {
  const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo // a TCP server has one
  await using proxy = await FaultyProxy.start({ port })
  const accepted = once(listener, 'connection') as Promise<[Socket]>
  const client = connect(proxy.port, '127.0.0.1')
  client.on('error', () => {})
  const received: Buffer[] = []
  client.on('data', (chunk: Buffer) => received.push(chunk))
  const [server] = await accepted
  server.on('error', () => {})
  const sent: Buffer[] = []
  const send = (chunk: Buffer) => {
    sent.push(chunk)
    return new Promise<void>(resolve => server.write(chunk, () => resolve()))
  }
  // A client that does not read holds back what the proxy writes, the half included.
  client.pause()
  for (let index = 0; index < 64; index++) await send(Buffer.alloc(256 * 1024, index))
  proxy.inject('halve', random)
  for (let index = 0; index < 8; index++) {
    await send(Buffer.alloc(1_000, 100 + index))
    await new Promise(resolve => setImmediate(resolve))
  }
  const closed = once(client, 'close')
  client.resume()
  await closed
  const passed = Buffer.concat(received)
  const all = Buffer.concat(sent)
  assert.ok(passed.length > 0 && passed.length < all.length, `${passed.length} of ${all.length} bytes`)
  assert.ok(passed.equals(all.subarray(0, passed.length)), 'what passes is how the stream begins')
  server.destroy()
  listener.close()
})
