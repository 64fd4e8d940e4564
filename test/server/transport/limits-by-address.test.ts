import assert from 'node:assert/strict'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { httpErrorSchema } from '../../../protocol/server-messages.ts'
import type { ConfigInput } from '../../../server/config.ts'
import { startTestServer, type TestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { holdClock } from '../../support/held-clock.ts'
import { WireClient } from '../../support/wire-client.ts'

/** Two addresses of one /64, and one of another /64. */
const ONE = '2001:db8:1:2::1'
const SAME = '2001:db8:1:2:ffff::2'
const OTHERS = ['2001:db8:1:3::1', '192.0.2.7', '192.0.2.8']

/**
 * A server behind a proxy that tells the client's address. Its clock stands still, so no bucket
 * fills up again.
 */
function startBehindProxy(context: TestContext, settings: ConfigInput = {}): Promise<TestServer> {
  holdClock(context)
  return startTestServer({ trustedProxies: 1, ...settings })
}

const open = (server: TestServer, address: string) =>
  WireClient.open(server.url, { headers: { 'X-Forwarded-For': address } })

/** A client with this address. */
async function hello(server: TestServer, address: string) {
  const client = await open(server, address)
  const { token } = await client.ask({ type: 'hello' }, 'welcome')
  client.token = token
  return client
}

/** A client that has opened a room and joined it. */
async function seated(server: TestServer, address: string, password?: string) {
  const client = await hello(server, address)
  const { room } = await client.ask({ type: 'room.create', title: 'room', password }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id, password }, 'chat.joined')
  return { client, room: room.id }
}

/** An upload that has its slot when `begun` resolves, and sends the GIF when it is told to. */
function upload(server: TestServer, { client, room }: { client: WireClient; room: string }, address: string) {
  const call = request(`${server.url.replace('ws:', 'http:')}/rooms/${room}/gifs`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${client.token}`,
      'x-forwarded-for': address,
      expect: '100-continue',
    },
  })
  const begun = new Promise<void>(resolve => call.once('continue', resolve))
  const answered = new Promise<{ status: number | undefined; body: unknown; retryAfter: string | undefined }>(
    (resolve, reject) => {
      call.once('error', reject)
      call.once('response', response => {
        buffer(response).then(
          bytes =>
            resolve({
              status: response.statusCode,
              body: JSON.parse(bytes.toString()),
              retryAfter: response.headers['retry-after'],
            }),
          reject,
        )
      })
    },
  )
  call.flushHeaders()
  return { begun, answered, send: () => call.end(sampleGif({ width: 2, height: 2, frames: 1 })) }
}

/** An upload from its first byte to its answer. */
async function uploadAll(...to: Parameters<typeof upload>) {
  const sending = upload(...to)
  sending.send()
  return sending.answered
}

test('L3 connections count by address, and a closed one makes room for another', async context => {
  await using server = await startBehindProxy(context, { connectionsPerAddress: 2 })
  const { client: witness, room } = await seated(server, '203.0.113.1')
  const first = await hello(server, ONE)
  await first.ask({ type: 'chat.join', room }, 'chat.joined')
  await using _second = await open(server, SAME)
  await assert.rejects(open(server, ONE), /503/)
  await assert.rejects(open(server, SAME), /503/)
  for (const address of OTHERS) await (await open(server, address))[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await witness.event('chat.exit')
  await using _third = await open(server, SAME)
  await assert.rejects(open(server, ONE), /503/)
  await witness[Symbol.asyncDispose]()
})

test('L3 connections count for the whole server, wherever they come from', async context => {
  await using server = await startBehindProxy(context, { maxConnections: 2 })
  await using _first = await open(server, ONE)
  await using _second = await open(server, OTHERS[0] ?? '')
  await assert.rejects(open(server, OTHERS[1] ?? ''), /503/)
})

test('L2 creations of rooms count by address', async context => {
  await using server = await startBehindProxy(context, { creationsPerMinute: 1 })
  const create = async (address: string) => {
    await using client = await hello(server, address)
    return await client.request({ type: 'room.create', title: 'mine' })
  }
  assert.equal((await create(ONE)).type, 'room.created')
  const refused = await create(SAME)
  assert.ok(refused.type === 'error' && refused.code === 'rateLimited')
  assert.equal(refused.retryAfterMs, 60_000)
  for (const address of OTHERS) assert.equal((await create(address)).type, 'room.created')
})

test('L3 living rooms count by the address that opened them, whoever it was, until they end', async context => {
  await using server = await startBehindProxy(context, { roomsPerAddress: 2, emptyRoomGraceMs: 0 })
  const create = async (address: string) => {
    await using client = await hello(server, address)
    return await client.request({ type: 'room.create', title: 'mine' })
  }
  await using watcher = await hello(server, '203.0.113.1')
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  const { client, room } = await seated(server, ONE)
  assert.equal((await create(SAME)).type, 'room.created')
  for (const address of [ONE, SAME]) {
    const refused = await create(address)
    assert.ok(refused.type === 'error' && refused.code === 'tooManyRooms')
  }
  for (const address of OTHERS) assert.equal((await create(address)).type, 'room.created')
  await client[Symbol.asyncDispose]()
  await watcher.event('room.removeRoom', event => event.room === room)
  assert.equal((await create(SAME)).type, 'room.created')
  assert.equal((await create(ONE)).type, 'error')
})

test('L2 messages count by address, over however many connections they come', async context => {
  await using server = await startBehindProxy(context, { messagesPerSecondPerAddress: 2 })
  const { client, room } = await seated(server, ONE)
  const same = await hello(server, SAME)
  await same.ask({ type: 'chat.join', room }, 'chat.joined')
  const say = (by: WireClient, clientMessageId: string) =>
    by.request({ type: 'chat.send', room, clientMessageId, text: 'x' })
  for (const id of ['1', '2']) assert.equal((await say(client, id)).type, 'chat.ack')
  for (const id of ['3', '4']) assert.equal((await say(same, id)).type, 'chat.ack')
  for (const by of [client, same]) {
    const refused = await say(by, '5')
    assert.ok(refused.type === 'error' && refused.code === 'rateLimited')
    assert.equal(refused.retryAfterMs, 500)
  }
  for (const address of OTHERS) {
    await using other = await hello(server, address)
    await other.ask({ type: 'chat.join', room }, 'chat.joined')
    assert.equal((await say(other, '1')).type, 'chat.ack')
  }
  await client[Symbol.asyncDispose]()
  await same[Symbol.asyncDispose]()
})

test('L2 joins count by address', async context => {
  await using server = await startBehindProxy(context, { joinsPerSecond: 0.1 })
  const { client: owner, room } = await seated(server, '203.0.113.1')
  const join = async (address: string) => {
    await using client = await hello(server, address)
    return await client.request({ type: 'chat.join', room })
  }
  // Twenty times the rate at once.
  for (const address of [ONE, SAME]) assert.equal((await join(address)).type, 'chat.joined')
  const refused = await join(SAME)
  assert.ok(refused.type === 'error' && refused.code === 'rateLimited')
  // Those who are refused together do not come back together.
  assert.ok((refused.retryAfterMs ?? 0) > 5_000)
  for (const address of OTHERS) assert.equal((await join(address)).type, 'chat.joined')
  await owner[Symbol.asyncDispose]()
})

test('C4 wrong passwords count by address: another person there waits, and is not refused', async context => {
  await using server = await startBehindProxy(context)
  const { client: owner, room } = await seated(server, '203.0.113.1', 'tangerine')
  const guess = async (address: string, password: string) => {
    await using client = await hello(server, address)
    const answer = await client.request({ type: 'chat.join', room, password })
    return answer.type === 'error' ? answer.code : answer.type
  }
  assert.equal(await guess(ONE, 'tangerin'), 'wrongPassword')
  let isAnswered = false
  const inLine = guess(SAME, 'tangerine').finally(() => {
    isAnswered = true
  })
  for (const address of OTHERS) assert.equal(await guess(address, 'tangerin'), 'wrongPassword')
  assert.equal(isAnswered, false)
  holdClock(context)(500)
  assert.equal(await inLine, 'chat.joined')
  await owner[Symbol.asyncDispose]()
})

test('L2 uploads count by address, and a refusal tells when the next one is taken', async context => {
  await using server = await startBehindProxy(context, { uploadsPerMinute: 2 })
  const people = await seated(server, '203.0.113.1')
  for (const address of [ONE, SAME])
    assert.equal((await uploadAll(server, people, address)).status, 201, address)
  for (const address of [ONE, SAME]) {
    const { status, body, retryAfter } = await uploadAll(server, people, address)
    const { code, retryAfterMs } = httpErrorSchema.parse(body)
    assert.deepEqual([status, code, retryAfterMs, retryAfter], [429, 'rateLimited', 30_000, '30'])
  }
  for (const address of OTHERS) assert.equal((await uploadAll(server, people, address)).status, 201)
  await people.client[Symbol.asyncDispose]()
})

test('uploads at once count by address: one that has all its slots waits, and another does not', async context => {
  await using server = await startBehindProxy(context, { uploadsAtOnce: 32 })
  const people = await seated(server, '203.0.113.1')
  const held = Array.from({ length: 8 }, (_, index) =>
    upload(server, people, `2001:db8:1:2:${index.toString(16)}::1`),
  )
  await Promise.all(held.map(({ begun }) => begun))
  let isAnswered = false
  const ninth = uploadAll(server, people, SAME).then(answer => {
    isAnswered = true
    return answer.status
  })
  for (const address of OTHERS) assert.equal((await uploadAll(server, people, address)).status, 201)
  assert.equal(isAnswered, false)
  held[0]?.send()
  assert.equal(await ninth, 201)
  for (const { send } of held.slice(1)) send()
  for (const { answered } of held) assert.equal((await answered).status, 201)
  await people.client[Symbol.asyncDispose]()
})
