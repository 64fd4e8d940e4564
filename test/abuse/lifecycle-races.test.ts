// Abuse 8: what is left when things happen at once. Servers killed between any two writes are in
// test/server/store/embedded-torn.test.ts and embedded-traces.test.ts, and under load in
// test/chaos/; more people than seats in test/server/session/rooms.test.ts (C3).
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'

/** The rooms, and what is about to be deleted, in a data directory. */
async function leftOver(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && entry.parentPath.includes('rooms'))
    .map(({ parentPath, name }) => join(parentPath, name))
}

/** Resolves when the lobby is empty. */
async function lobbyIsEmpty(server: TestServer): Promise<void> {
  await using watcher = await WireClient.hello(server.url)
  const { total } = await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  for (let removed = 0; removed < total; removed++) await watcher.event('room.removeRoom')
}

const upload = (server: TestServer, room: string, token: string, delayMs: number) =>
  fetch(`${server.url.replace('ws', 'http')}/rooms/${room}/gifs`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: new Uint8Array(sampleGif({ delayMs })),
  })

const CAPACITY = 20

test('abuse 8: C3 of fifty more people than seats, with uploads and leaves between, none gets a seat too many', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'x', max: CAPACITY }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const crowd = await Promise.all(Array.from({ length: CAPACITY + 50 }, () => WireClient.hello(server.url)))
  await Promise.all(
    crowd.map(async (client, index) => {
      const answer = await client.request({ type: 'chat.join', room: room.id })
      if (answer.type === 'error') return assert.equal(answer.code, 'roomFull')
      if (answer.type === 'chat.joined') assert.ok(answer.members.length <= CAPACITY)
      await upload(server, room.id, client.token, index * 10)
      if (index % 3 === 0) await client.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
    }),
  )
  const { members } = await owner.ask({ type: 'chat.join', room: room.id, sinceSeq: 0 }, 'chat.joined')
  assert.ok(members.length <= CAPACITY, `${members.length} people`)
  for (const client of crowd) await client[Symbol.asyncDispose]()
})

test('abuse 8: T2 T5 a room that ends while somebody joins, posts and uploads either lives or is gone', async () => {
  await using server = await startTestServer({ emptyRoomGraceMs: 0, seatHoldMs: 0 })
  const outcomes = new Set<string>()
  for (let round = 0; round < 40; round++) {
    const host = await WireClient.hello(server.url)
    const guest = await WireClient.hello(server.url)
    const { room } = await host.ask({ type: 'room.create', title: 'x' }, 'room.created')
    const { id } = room
    await host.ask({ type: 'chat.join', room: id }, 'chat.joined')
    const uploading = upload(server, id, host.token, round * 10)
    const posting = host.request({ type: 'chat.send', room: id, clientMessageId: 'a', text: 'last' })
    const leaving = host.request({ type: 'chat.leave', room: id })
    for (let turn = 0; turn < round % 8; turn++) await new Promise(setImmediate)
    const joined = await guest.request({ type: 'chat.join', room: id })
    outcomes.add(joined.type === 'error' ? joined.code : joined.type)
    await Promise.all([uploading, posting, leaving])
    const { rooms } = await host.ask({ type: 'room.list' }, 'room.list')
    const isListed = rooms.some(listed => listed.id === id)
    if (joined.type === 'chat.joined') {
      // Who got in is in a room that works.
      assert.ok(isListed)
      await guest.ask({ type: 'chat.send', room: id, clientMessageId: 'b', text: 'still there' }, 'chat.ack')
    } else {
      assert.ok(!isListed)
    }
    await host[Symbol.asyncDispose]()
    await guest[Symbol.asyncDispose]()
  }
  assert.ok(
    [...outcomes].every(outcome => outcome === 'chat.joined' || outcome === 'noSuchRoom'),
    [...outcomes].join(),
  )
  await lobbyIsEmpty(server)
  await server.close()
  assert.deepEqual(await leftOver(server.directory), [])
  assert.ok(!server.log.lines.some(line => line.includes('unforeseen')), server.log.lines.join('\n'))
})

test('abuse 8: D1 D2 T5 a server killed at any moment has what it acked, and forgets a room that all have left', async () => {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-races-'))
  const env = { GIFCHAT_EMPTY_ROOM_GRACE_MS: '0' }
  await using server = new ServerProcess({ port: await freePort(), data, env })
  await server.start()
  let client = await WireClient.hello(server.url)
  const { room } = await client.ask({ type: 'room.create', title: 'x' }, 'room.created')
  const { token } = client
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const acked: number[] = []
  for (let kill = 0; kill < 3; kill++) {
    // Some are acked when the server is killed, and others are on their way.
    const posted = Array.from({ length: 30 }, (_, index) =>
      client
        .ask({ type: 'chat.send', room: room.id, clientMessageId: `${kill} ${index}`, text: 'x' }, 'chat.ack')
        .then(
          ({ seq }) => acked.push(seq),
          () => {},
        ),
    )
    await posted[kill * 10]
    await server.stop('SIGKILL')
    await Promise.all(posted)
    await server.start()
    client = await WireClient.hello(server.url, token)
    const { lastSeq, messages } = await client.ask(
      { type: 'chat.join', room: room.id, sinceSeq: 0 },
      'chat.joined',
    )
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      Array.from({ length: lastSeq }, (_, index) => index + 1),
    )
    for (const seq of acked) assert.ok(seq <= lastSeq, `${seq} was acked, and the last is ${lastSeq}`)
  }
  await using watcher = await WireClient.hello(server.url)
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  await client[Symbol.asyncDispose]()
  await watcher.event('room.removeRoom')
  await watcher[Symbol.asyncDispose]()
  await server.stop()
  assert.deepEqual(await leftOver(data), [])
  await rm(data, { recursive: true })
})
