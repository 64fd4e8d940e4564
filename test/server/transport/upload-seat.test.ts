import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { test } from 'node:test'
import { httpErrorSchema } from '../../../protocol/server-messages.ts'
import { UploadScanner } from '../../../server/transport/upload-scanner.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { WireClient } from '../../support/wire-client.ts'

test('C1 G1 a GIF is not kept when its sender leaves during the upload', async () => {
  await using server = await startTestServer()
  await using host = await WireClient.hello(server.url)
  const { room } = await host.ask({ type: 'room.create', title: 'gifs' }, 'room.created')
  await host.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using guest = await WireClient.hello(server.url)
  await guest.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const bytes = sampleGif({ width: 8, height: 8, frames: 2 })
  const upload = request(`${server.url.replace('ws:', 'http:')}/rooms/${room.id}/gifs`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${guest.token}`,
      'content-length': bytes.length,
      expect: '100-continue',
    },
  })
  upload.flushHeaders()
  // The server sends this once it has found that the guest has a seat.
  await once(upload, 'continue')
  upload.write(bytes.subarray(0, 20))
  await guest.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
  const answered = once(upload, 'response')
  upload.end(bytes.subarray(20))
  const [response] = await answered
  assert.equal(response.statusCode, 403)
  assert.equal(httpErrorSchema.parse(await json(response)).code, 'notInRoom')
  const scanner = new UploadScanner(bytes.length)
  scanner.scanChunk(bytes)
  const gif = scanner.endScan().info.id
  const post = { type: 'chat.sendGif', room: room.id, clientMessageId: 'g', gif, name: 'a.gif' } as const
  assert.equal((await host.refused(post)).code, 'noSuchGif')
})
