import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { FileError } from '../../../cli/files/file-error.ts'
import { checkGifFile } from '../../../cli/files/gif-file.ts'
import { LIMITS } from '../../../protocol/limits.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const GIF_ID = 'abcdefghijklmnopqrstuv'
const facts = { id: GIF_ID, bytes: 200_000, width: 4, height: 3, frames: 2, durationMs: 200 }

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-files-'))
})
after(() => rm(directory, { recursive: true }))

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

// Bytes after the end of a GIF are allowed; they make the upload long.
const catBytes = () => {
  const gif = sampleGif()
  return Buffer.concat([gif, Buffer.alloc(200_000 - gif.length, 7)])
}

async function inRoom(server: FakeServer) {
  server.addRoom('r1')
  const recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1')
  return recorded
}

interface Upload {
  readonly request: IncomingMessage
  readonly body: Buffer
}

/** Takes uploads, and answers each with what `answer` does. */
function takeUploads(
  server: FakeServer,
  answer: (response: ServerResponse, count: number) => void,
): Upload[] {
  const uploads: Upload[] = []
  server.http = async (request, response) => {
    // A test may cut an upload off, which breaks the connection here.
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    uploads.push({ request, body })
    answer(response, uploads.length)
  }
  return uploads
}

const json = (response: ServerResponse, status: number, value: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

test('G1: a file is streamed with the token, its progress is told, and then it is posted', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const uploads = takeUploads(server, response => json(response, 201, facts))
  const path = await fileOf('cat.gif', catBytes())
  const { acked } = recorded.client.sendGif('r1', path)
  assert.equal((await acked).seq, 1)
  assert.equal(uploads.length, 1)
  const { method, url, headers } = uploads[0]?.request ?? {}
  assert.deepEqual([method, url], ['POST', '/rooms/r1/gifs'])
  assert.deepEqual(
    [headers?.authorization, headers?.['content-type'], headers?.['content-length']],
    ['Bearer user:1', 'image/gif', '200000'],
  )
  assert.ok(uploads[0]?.body.equals(catBytes()))
  const [post] = server.requests('chat.sendGif')
  assert.deepEqual([post?.gif, post?.name], [GIF_ID, 'cat.gif'])
  const progress = recorded.all('outgoing').map(event => event.message.uploadedBytes)
  assert.deepEqual(progress.slice(0, 2), [undefined, 0])
  assert.equal(progress.at(-1), 200_000)
  assert.ok(progress.length > 3, 'progress comes in steps')
})

test('a refused upload fails with the server’s reason', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  takeUploads(server, response =>
    json(response, 422, { code: 'invalidGif', message: 'no frames', reason: 'noFrames' }),
  )
  const { acked } = recorded.client.sendGif('r1', await fileOf('none.gif', catBytes()))
  await assert.rejects(acked, { name: 'RequestError', code: 'invalidGif', reason: 'noFrames' })
  assert.equal(recorded.all('outgoing').at(-1)?.message.state, 'failed')
})

test('an upload that is refused for now is tried later, and texts do not wait for it', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const canAnswer = Promise.withResolvers<void>()
  const uploads = takeUploads(server, (response, count) => {
    if (count === 1) json(response, 503, { code: 'unavailable', message: 'store away', retryAfterMs: 1 })
    else if (count === 2) response.writeHead(502).end('<html>')
    else canAnswer.promise.then(() => json(response, 201, facts))
  })
  const { acked } = recorded.client.sendGif('r1', await fileOf('later.gif', catBytes()))
  await recorded.client.send('r1', 'meanwhile').acked
  canAnswer.resolve()
  assert.equal((await acked).seq, 2)
  assert.equal(uploads.length, 3)
})

test('a GIF that the server no longer has is uploaded again, once', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const uploads = takeUploads(server, response => json(response, 201, facts))
  server.script = (request, connection) => {
    if (request.type !== 'chat.sendGif' || server.room('r1').messages.length > 0) return undefined
    if (request.name === 'again.gif' && server.requests('chat.sendGif').length > 1) return undefined
    connection.refuse(request.id, 'noSuchGif')
    return 'handled'
  }
  await recorded.client.sendGif('r1', await fileOf('again.gif', catBytes())).acked
  assert.equal(uploads.length, 2)
  server.room('r1').messages.length = 0
  await assert.rejects(recorded.client.sendGif('r1', await fileOf('never.gif', catBytes())).acked, {
    code: 'noSuchGif',
  })
  assert.equal(uploads.length, 4)
})

test('an upload whose connection breaks is tried again', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  let breaks = 0
  server.http = (request, response) => {
    if (breaks++ < 2) request.socket.destroy()
    else request.resume().on('end', () => json(response, 201, facts))
  }
  await recorded.client.sendGif('r1', await fileOf('broken.gif', catBytes())).acked
  assert.equal(breaks, 3)
})

test('an upload that is refused because the seat was just lost is tried again with the seat', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const uploads = takeUploads(server, (response, count) => {
    if (count > 1) return json(response, 201, facts)
    server.dropAll()
    return recorded
      .event('status', event => event.status.state === 'waiting')
      .then(() => json(response, 403, { code: 'notInRoom', message: 'join first' }))
  })
  await recorded.client.sendGif('r1', await fileOf('seatless.gif', catBytes())).acked
  assert.equal(uploads.length, 2)
})

test('discarding a GIF cancels its upload', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const arrived = Promise.withResolvers<IncomingMessage>()
  server.http = request => arrived.resolve(request)
  const { clientMessageId, acked } = recorded.client.sendGif('r1', await fileOf('unwanted.gif', catBytes()))
  const request = await arrived.promise
  request.on('error', () => undefined)
  const cut = new Promise(resolve => request.resume().socket.once('close', resolve))
  recorded.client.discard(clientMessageId)
  await assert.rejects(acked)
  await cut
  assert.equal(recorded.all('discarded').length, 1)
  assert.equal(server.requests('chat.sendGif').length, 0)
})

test('G4: a GIF is fetched with the token, up to the size limit', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.http = (request, response) => {
    assert.equal(request.headers.authorization, 'Bearer user:1')
    if (request.url === `/rooms/r1/gifs/${GIF_ID}`) response.end(catBytes())
    else if (request.url?.endsWith('endless')) {
      const chunk = Buffer.alloc(64 * 1024)
      const pour = () => {
        while (response.write(chunk)) if (response.destroyed) return
      }
      response.on('drain', pour).on('error', () => undefined)
      pour()
    } else json(response, 404, { code: 'noSuchGif', message: 'gone' })
  }
  assert.ok(Buffer.from(await recorded.client.fetchGif('r1', GIF_ID)).equals(catBytes()))
  await assert.rejects(recorded.client.fetchGif('r1', 'endless'), { code: 'gifTooLarge' })
  await assert.rejects(recorded.client.fetchGif('r1', 'gone'), { code: 'noSuchGif' })
  await server.stop()
  await assert.rejects(recorded.client.fetchGif('r1', GIF_ID), { code: 'unavailable' })
})

test('awaitGif asks again while the server is busy, and fails when the connection is lost', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const busy = { code: 'unavailable', message: 'busy', retryAfterMs: 1 }
  let asked = 0
  server.http = (_, response) => {
    asked++
    if (asked % 3 === 0) response.end(catBytes())
    else json(response, 503, busy)
  }
  assert.ok(Buffer.from(await recorded.client.awaitGif('r1', GIF_ID)).equals(catBytes()))
  assert.equal(asked, 3)
  await assert.rejects(recorded.client.fetchGif('r1', GIF_ID), { code: 'unavailable' })
  assert.equal(asked, 4)
  server.http = (_, response) => json(response, 503, { ...busy, retryAfterMs: 60_000 })
  const given = assert.rejects(recorded.client.awaitGif('r1', GIF_ID), { code: 'unavailable' })
  await server.stop()
  await given
})

test('a file that can’t be sent is refused with its reason before anything is sent', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  let calls = 0
  server.http = () => {
    calls += 1
  }
  await mkdir(join(directory, 'folder.gif'))
  const files = {
    missing: join(directory, 'nowhere.gif'),
    directory: join(directory, 'folder.gif'),
    notAFile: '/dev/null',
    empty: await fileOf('empty.gif', ''),
    notAGif: await fileOf('page.gif', '<!doctype html>'),
    isPng: await fileOf('photo.gif', Buffer.from('\x89PNG and so on', 'latin1')),
    truncated: await fileOf('half.gif', sampleGif().subarray(0, 40)),
    sideTooLong: await fileOf('wide.gif', sampleGif({ width: LIMITS.gifSide + 1 })),
    tooLarge: await fileOf('large.gif', Buffer.concat([sampleGif(), Buffer.alloc(LIMITS.gifBytes)])),
  }
  for (const [reason, path] of Object.entries(files)) {
    await assert.rejects(recorded.client.sendGif('r1', path).acked, error => {
      assert.ok(error instanceof FileError)
      assert.deepEqual([error.reason, error.path], [reason, path])
      return true
    })
  }
  assert.equal(recorded.all('outgoing').at(-1)?.message.state, 'failed')
  assert.equal(calls, 0)
  const gif = sampleGif()
  const largest = Buffer.concat([gif, Buffer.alloc(LIMITS.gifBytes - gif.length)])
  const file = await fileOf('largest.gif', largest)
  assert.deepEqual(await checkGifFile(file, LIMITS.gifBytes), { file, bytes: LIMITS.gifBytes })
})

test('G3 a file is refused that is larger than the server says it takes', async () => {
  await using server = await startTestServer({ gifFileBytes: 1_000 })
  await using recorded = await RecordedClient.connect({ server: server.url })
  const { id } = await recorded.client.createRoom({ title: 'small', max: 2 })
  await recorded.client.join(id)
  const path = await fileOf('large.gif', sampleGif({ frames: 90 }))
  await assert.rejects(recorded.client.sendGif(id, path).acked, error => {
    assert.ok(error instanceof FileError)
    assert.deepEqual([error.reason, error.size?.mostBytes], ['tooLarge', 1_000])
    return true
  })
  await recorded.client.sendGif(id, await fileOf('small.gif', sampleGif())).acked
})

test('an unreadable file is refused', async () => {
  const path = await fileOf('secret.gif', catBytes())
  await chmod(path, 0o000)
  await chmod(directory, 0o755)
  // Root can read every file, so the process becomes nobody for a moment.
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    await assert.rejects(checkGifFile(path, LIMITS.gifBytes), { name: 'FileError', reason: 'notReadable' })
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})
