import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { BrokenServerError } from '../../../cli/connection/client-events.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const GIF_ID = 'abcdefghijklmnopqrstuv'

let directory = ''
let gif = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-foreign-'))
  gif = join(directory, 'cat.gif')
  await writeFile(gif, Buffer.concat([sampleGif(), Buffer.alloc(200_000)]))
})
after(() => rm(directory, { recursive: true }))

async function inRoom(server: FakeServer) {
  server.addRoom('r1')
  const recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1')
  return recorded
}

/** Answers each upload with a status and a page, as something on the way does. */
function answerWith(server: FakeServer, status: number, page = '<html>') {
  const answered = { uploads: 0 }
  server.http = async (request, response) => {
    await buffer(request)
    answered.uploads++
    response.writeHead(status).end(page)
  }
  return answered
}

for (const status of [200, 302, 400, 401, 403, 404, 407, 413]) {
  test(`an upload that something on the way answers with ${status} fails at once`, async () => {
    await using server = await FakeServer.start()
    await using recorded = await inRoom(server)
    const answered = answerWith(server, status, '<html>'.repeat(50_000))
    await assert.rejects(recorded.client.sendGif('r1', gif).acked, {
      name: 'RequestError',
      kind: 'upload',
      status,
    })
    assert.equal(answered.uploads, 1)
  })
}

for (const status of [408, 429, 500, 502, 503, 504]) {
  test(`an upload that something on the way keeps answering with ${status} waits, and is given up`, async () => {
    await using server = await FakeServer.start()
    await using recorded = await inRoom(server)
    const answered = answerWith(server, status)
    const { acked, clientMessageId } = recorded.client.sendGif('r1', gif)
    await assert.rejects(acked, { code: 'unavailable', kind: 'upload', status })
    assert.equal(answered.uploads, 6)
    const delays = recorded.all('outgoing').map(event => event.message.delay?.status)
    assert.ok(delays.includes(status), 'the screen knows why it waits')
    recorded.client.retry(clientMessageId)
    await recorded.until(() => answered.uploads === 12)
  })
}

test('an upload that breaks each time, while the connection holds, is given up', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.http = request => request.socket.destroy()
  await assert.rejects(recorded.client.sendGif('r1', gif).acked, {
    problem: 'broken',
  })
})

test('a download that something on the way answers fails at once, or after some tries', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  for (const [status, tries] of [
    [403, 1],
    [404, 1],
    [502, 6],
  ] as const) {
    let asked = 0
    server.http = (_, response) => {
      asked++
      response.writeHead(status).end('<html>')
    }
    await assert.rejects(recorded.client.awaitGif('r1', GIF_ID), { kind: 'download', status })
    assert.equal(asked, tries)
  }
})

test('where something else has answered, another try finds the server that is there by now', async () => {
  await using server = await FakeServer.start()
  server.script = (_, connection) => {
    connection.socket.send('220 mail.example ESMTP')
    return 'handled'
  }
  await using recorded = new RecordedClient({ server: server.url, answerMs: 1_000 })
  await assert.rejects(recorded.client.connect(), BrokenServerError)
  server.script = () => undefined
  await recorded.client.connect()
  assert.deepEqual(await recorded.client.listRooms(), [])
})
