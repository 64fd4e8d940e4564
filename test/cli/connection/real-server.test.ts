import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-client-'))
})
after(() => rm(directory, { recursive: true }))

const fileOf = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(directory, name)
  await writeFile(path, bytes)
  return path
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`)

test('D1, D6: when a server restarts, nothing is lost and everything is shown once', async () => {
  await using first = await startTestServer({ port: 0 })
  await using ann = await RecordedClient.connect({ server: first.url })
  await using ben = await RecordedClient.connect({ server: first.url })
  const { id } = await ann.client.createRoom({ title: 'through a restart', max: 2, password: 'tangerine' })
  for (const { client } of [ann, ben]) await client.join(id, { password: 'tangerine' })
  const handles = texts(40).map(text => ann.client.send(id, text))
  await handles[10]?.acked
  await first.close()
  await using _second = await startTestServer({ port: first.port, keep: first.directory })
  const acks = await Promise.all(handles.map(handle => handle.acked))
  assert.deepEqual(
    acks.map(ack => ack.seq),
    texts(40).map((_, index) => index + 1),
  )
  await ben.until(() => ben.shown.length === 40)
  assert.deepEqual(ben.shownTexts, texts(40))
  assert.deepEqual(ann.shownTexts, texts(40))
  assert.equal(ann.all('identity').at(-1)?.identity, 'known')
})

test('D11: a burst over the server’s rate arrives whole and in order', async () => {
  await using server = await startTestServer({ messagesPerSecond: 50 })
  await using recorded = await RecordedClient.connect({ server: server.url })
  const { id } = await recorded.client.createRoom({ title: 'in a hurry', max: 2 })
  await recorded.client.join(id)
  await Promise.all(texts(130).map(text => recorded.client.send(id, text).acked))
  await recorded.until(() => recorded.shown.length === 130)
  assert.deepEqual(recorded.shownTexts, texts(130))
})

test('G1, G4: a GIF goes up and comes down', async () => {
  await using server = await startTestServer()
  await using recorded = await RecordedClient.connect({ server: server.url })
  const { id } = await recorded.client.createRoom({ title: 'pictures', max: 2 })
  await recorded.client.join(id)
  const bytes = sampleGif()
  await recorded.client.sendGif(id, await fileOf('party.gif', bytes)).acked
  const { message } = await recorded.event('message')
  assert.ok('gif' in message && message.gif.name === 'party.gif')
  assert.ok(bytes.equals(await recorded.client.fetchGif(id, message.gif.id)))
})

test('C6: a closed client’s seat is free at once', async () => {
  await using server = await startTestServer({ seatHoldMs: 600_000 })
  const ann = await RecordedClient.connect({ server: server.url })
  await using ben = await RecordedClient.connect({ server: server.url })
  const { id } = await ann.client.createRoom({ title: 'two seats', max: 2 })
  await ann.client.join(id)
  await ben.client.join(id)
  await ann.client.close()
  assert.equal((await ben.event('exit')).people, 1)
})
