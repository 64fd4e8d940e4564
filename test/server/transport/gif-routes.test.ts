import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { gifInfoSchema } from '../../../protocol/model.ts'
import { httpErrorSchema } from '../../../protocol/server-messages.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { WireClient } from '../../support/wire-client.ts'

async function seated(url: string) {
  const client = await WireClient.hello(url)
  const { room } = await client.ask({ type: 'room.create', title: 'gifs' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const gifs = `${url.replace('ws:', 'http:')}/rooms/${room.id}/gifs`
  const authorization = `Bearer ${client.token}`
  const upload = (body: Uint8Array) =>
    fetch(gifs, {
      method: 'POST',
      headers: { authorization, 'content-type': 'image/gif' },
      body: Buffer.from(body),
    })
  return { client, room: room.id, gifs, authorization, upload }
}

test('G1 G4 an uploaded GIF is posted and downloaded unchanged, and the same bytes have one id', async () => {
  await using server = await startTestServer()
  const { client, room, gifs, authorization, upload } = await seated(server.url)
  const bytes = sampleGif({ width: 12, height: 8, frames: 3 })
  const uploaded = await upload(bytes)
  assert.equal(uploaded.status, 201)
  const info = gifInfoSchema.parse(await uploaded.json())
  assert.deepEqual([info.width, info.height, info.frames, info.bytes], [12, 8, 3, bytes.length])
  assert.equal(gifInfoSchema.parse(await (await upload(bytes)).json()).id, info.id)
  await client.ask(
    { type: 'chat.sendGif', room, clientMessageId: 'g', gif: info.id, name: 'a.gif' },
    'chat.ack',
  )
  const { message } = await client.event('chat.chat')
  assert.deepEqual('gif' in message && message.gif, { ...info, name: 'a.gif' })
  const got = await fetch(`${gifs}/${info.id}`, { headers: { authorization } })
  assert.deepEqual(new Uint8Array(await got.arrayBuffer()), new Uint8Array(bytes))
  assert.deepEqual(
    ['content-type', 'x-content-type-options', 'cache-control'].map(name => got.headers.get(name)),
    ['image/gif', 'nosniff', 'private, max-age=31536000, immutable'],
  )
  const etag = got.headers.get('etag') ?? ''
  assert.equal(
    (await fetch(`${gifs}/${info.id}`, { headers: { authorization, 'if-none-match': etag } })).status,
    304,
  )
  await client[Symbol.asyncDispose]()
})

test('F6 a GIF and later requests in one write are handled in that order', async () => {
  await using server = await startTestServer()
  const { client, room, upload } = await seated(server.url)
  const { id } = gifInfoSchema.parse(
    await (await upload(sampleGif({ width: 2, height: 2, frames: 1 }))).json(),
  )
  const gif = (clientMessageId: string) =>
    client.request({ type: 'chat.sendGif', room, clientMessageId, gif: id, name: 'a.gif' })
  const text = (clientMessageId: string) =>
    client.request({ type: 'chat.send', room, clientMessageId, text: clientMessageId })
  const missing = client.refused({
    type: 'chat.sendGif',
    room,
    clientMessageId: 'missing',
    gif: 'x'.repeat(22),
    name: 'x.gif',
  })
  const answers = await Promise.all([
    text('1'),
    gif('2'),
    text('3'),
    gif('4'),
    gif('5'),
    text('6'),
    client.request({ type: 'chat.leave', room }),
    text('7'),
    client.request({ type: 'chat.join', room }),
    text('7'),
  ])
  assert.deepEqual(
    answers.map(answer => ('seq' in answer ? answer.seq : answer.type)),
    [1, 2, 3, 4, 5, 6, 'chat.left', 'error', 'chat.joined', 7],
  )
  assert.equal((await missing).code, 'noSuchGif')
  await client[Symbol.asyncDispose]()
})

test('G3 a file that is not a whole GIF is refused with the reason, and nothing of it is kept', async () => {
  await using server = await startTestServer()
  const { client, room, upload } = await seated(server.url)
  const good = sampleGif({ width: 12, height: 8, frames: 1 })
  const cases: readonly (readonly [Uint8Array, number, string])[] = [
    [Buffer.from('not a gif at all'), 422, 'notAGif'],
    [new Uint8Array(0), 422, 'notAGif'],
    [Buffer.from('<svg onload=alert(1)>'), 422, 'notAGif'],
    [good.subarray(0, good.length - 10), 422, 'truncated'],
    [Buffer.concat([good, Buffer.alloc(11 * 1024 * 1024)]), 413, 'tooLarge'],
  ]
  for (const [body, status, reason] of cases) {
    const response = await upload(body)
    const answer = httpErrorSchema.parse(await response.json())
    assert.deepEqual([response.status, answer.reason], [status, reason])
    assert.match(answer.message, /\.$|MiB$/)
  }
  const refused = await client.refused({
    type: 'chat.sendGif',
    room,
    clientMessageId: 'g',
    gif: 'A'.repeat(22),
    name: 'a',
  })
  assert.equal(refused.code, 'noSuchGif')
  await client[Symbol.asyncDispose]()
})

test('G3 the operator decides how many bytes a GIF may have, and welcome tells clients', async () => {
  const small = sampleGif({ width: 8, height: 8, frames: 2 })
  const large = sampleGif({ width: 8, height: 8, frames: 3 })
  await using server = await startTestServer({ gifFileBytes: small.length })
  const { client, upload } = await seated(server.url)
  await using newcomer = await WireClient.open(server.url)
  assert.equal((await newcomer.ask({ type: 'hello' }, 'welcome')).gifBytes, small.length)
  assert.equal((await upload(small)).status, 201)
  const refused = await upload(large)
  assert.equal(refused.status, 413)
  assert.equal(httpErrorSchema.parse(await refused.json()).code, 'gifTooLarge')
  await client[Symbol.asyncDispose]()
})

test('T6 a GIF that is not posted in time is deleted', async () => {
  await using server = await startTestServer({ unpostedGifMs: 1 })
  const { client, gifs, authorization, upload } = await seated(server.url)
  const uploaded = await upload(sampleGif({ width: 2, height: 2, frames: 1 }))
  const { id } = gifInfoSchema.parse(await uploaded.json())
  for (;;) {
    const response = await fetch(`${gifs}/${id}`, { headers: { authorization } })
    await response.arrayBuffer()
    if (response.status === 404) break
  }
  await client[Symbol.asyncDispose]()
})

test('G6 a full room and a full server refuse further GIFs, each with its own code', async () => {
  const bytes = sampleGif({ width: 2, height: 2, frames: 1 })
  await using server = await startTestServer({
    gifBytesPerRoom: bytes.length * 1.5,
    gifBytes: bytes.length * 2.5,
  })
  const other = (frames: number) => sampleGif({ width: 2, height: 2, frames: 1, delayMs: frames * 10 })
  const rooms = [await seated(server.url), await seated(server.url), await seated(server.url)]
  const answers = []
  for (const [index, { upload }] of rooms.entries()) {
    for (const body of [other(index), other(index), other(index + 10)]) {
      const response = await upload(body)
      answers.push(response.status === 201 ? 201 : httpErrorSchema.parse(await response.json()).code)
    }
  }
  const inRoom = [201, 201, 'roomGifsFull']
  assert.deepEqual(answers, [...inRoom, ...inRoom, ...Array(3).fill('serverGifsFull')])
  for (const { client } of rooms) await client[Symbol.asyncDispose]()
})

test('an upload that is cut off leaves nothing and frees its slot', async () => {
  await using server = await startTestServer()
  const { client, gifs, authorization, upload } = await seated(server.url)
  const bytes = sampleGif({ width: 64, height: 64, frames: 5 })
  for (let index = 0; index < 40; index++) {
    await new Promise<void>(resolve => {
      const call = request(gifs, {
        method: 'POST',
        headers: { authorization, 'content-length': bytes.length },
      })
      call.on('error', () => resolve())
      call.write(bytes.subarray(0, bytes.length / 2), () => call.destroy(new Error('cut')))
    })
  }
  assert.equal((await upload(bytes)).status, 201)
  assert.ok(!server.log.lines.some(line => line.includes('unforeseen')), server.log.lines.join('\n'))
  await client[Symbol.asyncDispose]()
})

test('G5 only health and readiness answer without a token', async () => {
  await using server = await startTestServer()
  const http = server.url.replace('ws:', 'http:')
  assert.equal((await fetch(`${http}/healthz`)).status, 200)
  assert.equal((await fetch(`${http}/readyz`)).status, 200)
  for (const path of ['/healthz', '/readyz']) {
    const response = await fetch(http + path, { method: 'HEAD' })
    assert.deepEqual([response.status, await response.text()], [200, ''], path)
  }
  for (const path of ['/', '/rooms', '/rooms/x', '/metrics', '/rooms/x/gifs', '/%2e%2e/etc/passwd']) {
    assert.equal((await fetch(http + path)).status, 404, path)
  }
})

test('a refusal reaches the client even when it comes during the upload', async () => {
  await using server = await startTestServer()
  const { client, upload } = await seated(server.url)
  const bad = Buffer.alloc(5 * 1024 * 1024, 'not a gif ')
  for (let index = 0; index < 20; index++) {
    const response = await upload(bad)
    assert.equal(httpErrorSchema.parse(await response.json()).reason, 'notAGif')
  }
  await client[Symbol.asyncDispose]()
})
