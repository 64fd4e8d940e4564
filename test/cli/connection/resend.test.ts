import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeServer } from '../../support/fake-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

async function inRoom(server: FakeServer) {
  server.addRoom('r1')
  const recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1')
  return recorded
}

test('D10, D11: what was refused for now goes again when it is welcome, and at once on the next connection', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = (request, connection) => {
    if (request.type !== 'chat.send' || server.requests('chat.send').length > 1) return undefined
    connection.refuse(request.id, 'rateLimited', 600_000)
    return 'handled'
  }
  const { acked } = recorded.client.send('r1', 'patience')
  await server.until(() => server.requests('chat.send').length === 1)
  // The refusal is here when something that was asked for after it has its answer.
  for (let asked = 0; asked < 2; asked++) await recorded.client.listRooms()
  assert.equal(server.requests('chat.send').length, 1)
  server.dropAll()
  assert.equal((await acked).seq, 1)
})

test('D5: only what failed is sent again by retry; what is still on its way keeps its place', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  server.script = request => (request.type === 'chat.send' ? 'handled' : undefined)
  const first = recorded.client.send('r1', 'first')
  const second = recorded.client.send('r1', 'second')
  await server.until(() => server.requests('chat.send').length === 1)
  const told = recorded.all('outgoing').length
  recorded.client.retry(first.clientMessageId)
  assert.equal(recorded.all('outgoing').length, told)
  server.script = () => undefined
  server.dropAll()
  await Promise.all([first.acked, second.acked])
  assert.deepEqual(recorded.shownTexts, ['first', 'second'])
})

test('M1: a GIF is posted under its file name, of which a hundred characters are told', async () => {
  await using server = await FakeServer.start()
  await using recorded = await inRoom(server)
  const bytes = sampleGif()
  server.http = (request, response) => {
    const facts = { id: 'a'.repeat(22), bytes: bytes.length, width: 4, height: 3, frames: 2, durationMs: 200 }
    request.resume().on('end', () => response.writeHead(201).end(JSON.stringify(facts)))
  }
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-names-'))
  try {
    const path = join(directory, `${'n'.repeat(98)}😀😀😀.gif`)
    await writeFile(path, bytes)
    await recorded.client.sendGif('r1', path).acked
    assert.equal(server.requests('chat.sendGif')[0]?.name, `${'n'.repeat(98)}😀😀`)
  } finally {
    await rm(directory, { recursive: true })
  }
})
