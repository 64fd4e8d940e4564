import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { WebSocketServer } from 'ws'
import { clientFrame, FrameReader } from '../../bench/load/frame-reader.ts'
import { LoadGenerator } from '../../bench/load-generator.ts'
import { allSubjects } from '../../bench/subjects.ts'
import { encodeFanOutFrames } from '../../server/chat/fan-out-frames.ts'

test('the frame reader finds every frame, wherever the bytes are split', () => {
  const short = ['', 'a', 'b'.repeat(125), 'c'.repeat(126), '가나다']
  const long = [...short, 'd'.repeat(65_535), 'e'.repeat(65_536), 'a']
  const cuts = [1, 2, 3, 7, 130, 4_096, 1_000_000]
  for (const size of cuts) {
    const texts = size < 100 ? short : long
    const bytes = Buffer.concat([Buffer.from([0x89, 2, 1, 2]), encodeFanOutFrames(texts)])
    const found: string[] = []
    const reader = new FrameReader((buffer, start, end, opcode) => {
      found.push(opcode === 1 ? buffer.toString('utf8', start, end) : `opcode ${opcode}`)
    })
    // One buffer is filled again for each read, as in the load generator.
    const window = Buffer.alloc(size)
    for (let at = 0; at < bytes.length; at += size) reader.read(window, bytes.copy(window, 0, at, at + size))
    assert.deepEqual(found, ['opcode 9', ...texts])
  }
})

test('a server understands what the load generator sends', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const texts = ['a', 'b'.repeat(125), 'c'.repeat(126), '가'.repeat(1_000)]
  const heard = new Promise<string[]>(resolve => {
    server.on('connection', webSocket => {
      const all: string[] = []
      webSocket.on('message', data => all.push(data.toString()) === texts.length && resolve(all))
    })
  })
  server.on('listening', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    const socket = connect(address.port, '127.0.0.1')
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    for (const text of texts) socket.write(clientFrame(text))
  })
  assert.deepEqual(await heard, texts)
  for (const client of server.clients) client.terminate()
  server.close()
})

const skip =
  process.platform === 'linux' ? false : 'the bench reads /proc and comes from many loopback addresses'

for (const { column, dialect, start } of allSubjects(undefined)) {
  test(`${column}: every message reaches every member and is answered`, { skip }, async () => {
    await using server = await start()
    await using load = new LoadGenerator()
    await load.fill({ port: server.port, dialect, rooms: 2, members: 5 })
    const result = await load.talk({ serverPid: server.pid, talkers: 2, window: 3, messages: 7 })
    assert.equal(result.deliveries, 2 * 2 * 7 * 5)
    assert.equal(result.answers, 2 * 2 * 7)
    assert.ok(result.serverCpu > 0)
    const times = await load.pace({ everyMs: 0, messages: 3 })
    assert.equal(times.length, 3)
    await load.leave()
  })
}
