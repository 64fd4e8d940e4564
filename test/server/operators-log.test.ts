import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sampleGif } from '../support/gif-samples.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'

type Line = Readonly<Record<string, unknown>> & { readonly msg: string }

/** A built server with its log. */
async function serverOf(...args: readonly string[]) {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-log-'))
  const server = new ServerProcess({ port: await freePort(), data, args })
  await server.start()
  return {
    server,
    /** The lines of the log, each of which has to be one. */
    lines: (): readonly Line[] =>
      server.log
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(data, { recursive: true })
    },
  }
}

/** Messages come faster than anybody types. */
const UNLIMITED = ['requests', 'messages']
  .flatMap(what => [`--${what}-per-second`, '1000000'])
  .concat('--messages-per-second-per-address', '1000000')

const CANARY = 'canary'

test('an operator reads who came, which rooms opened and ended, what was uploaded and refused, and no word of what was said', async () => {
  await using running = await serverOf('--empty-room-grace-ms', '0')
  const { server, lines } = running
  const lineOf = (msg: string): Line => {
    const line = lines().find(line => line.msg === msg)
    assert.ok(line !== undefined, `${msg} is not in ${server.log}`)
    return line
  }
  const client = await WireClient.hello(server.url, undefined, 'a client of a test')
  const { room } = await client.ask(
    { type: 'room.create', title: `${CANARY} title`, password: `${CANARY} password` },
    'room.created',
  )
  await client.ask({ type: 'chat.join', room: room.id, password: `${CANARY} password` }, 'chat.joined')
  await using guesser = await WireClient.hello(server.url)
  await guesser.refused({ type: 'chat.join', room: room.id, password: `${CANARY} guess` })
  await client.ask(
    { type: 'chat.send', room: room.id, clientMessageId: `${CANARY}-id`, text: `${CANARY} text` },
    'chat.ack',
  )
  const http = server.url.replace('ws:', 'http:')
  const upload = (body: Uint8Array<ArrayBuffer>) =>
    fetch(`${http}/rooms/${room.id}/gifs`, {
      method: 'POST',
      body,
      headers: { Authorization: `Bearer ${client.token}` },
    })
  assert.equal((await upload(new Uint8Array(sampleGif()))).status, 201)
  assert.equal((await upload(new TextEncoder().encode(CANARY))).status, 422)
  await client.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
  await server.logged('room ended')
  await client[Symbol.asyncDispose]()
  await server.logged('connection closed')

  const came = lineOf('somebody came')
  assert.deepEqual(
    [came.address, came.client, came.user, came.identity],
    ['127.0.0.1', 'a client of a test', client.userId, 'new'],
  )
  assert.equal(typeof came.connection, 'number')
  for (const msg of ['room opened', 'connection closed'])
    assert.equal(lineOf(msg).connection, came.connection, msg)
  assert.equal(lineOf('room opened').room, room.id)
  assert.equal(lineOf('room ended').room, room.id)
  const guessed = lines().find(line => line.user === guesser.userId)
  const refused = lineOf('refused a request')
  assert.deepEqual([refused.code, refused.connection], ['wrongPassword', guessed?.connection])
  const uploaded = lineOf('GIF uploaded')
  assert.deepEqual([uploaded.room, uploaded.user], [room.id, client.userId])
  assert.ok(Number(uploaded.bytes) > 0 && Number(uploaded.connection) > 0)
  const refusedUpload = lineOf('refused an HTTP call')
  assert.deepEqual([refusedUpload.code, refusedUpload.reason], ['invalidGif', 'notAGif'])
  assert.doesNotMatch(server.log, new RegExp(`${CANARY}|${client.token}`))
})

test('a flood of refusals leaves few lines, and one that says how many there were and whose', async () => {
  await using running = await serverOf('--messages-per-second', '1')
  const { server, lines } = running
  await using client = await WireClient.hello(server.url)
  const { room } = await client.ask({ type: 'room.create', title: 'flood' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const answers = Array.from({ length: 150 }, (_, index) =>
    client.request({ type: 'chat.send', room: room.id, clientMessageId: `m${index}`, text: 'x' }),
  )
  const refused = (await Promise.all(answers)).filter(({ type }) => type === 'error').length
  assert.ok(refused > 100)
  await server.stop()
  const told = lines().filter(line => line.msg === 'refused a request')
  assert.ok(told.length < 30, `${told.length} lines`)
  const [summary] = told.filter(line => 'leftOut' in line)
  const [came] = lines().filter(line => line.msg === 'somebody came')
  assert.ok(summary !== undefined && came !== undefined)
  assert.equal(Number(summary.leftOut) + told.length - 1, refused)
  assert.deepEqual([summary.code, summary.connection], ['rateLimited', came.connection])
})

test('a client that does not read is told of, with its connection', async () => {
  await using running = await serverOf(...UNLIMITED, '--send-buffer-bytes', '65536')
  const { server, lines } = running
  await using speaker = await WireClient.hello(server.url)
  const sleeper = await WireClient.hello(server.url)
  const { room } = await speaker.ask({ type: 'room.create', title: 'slow' }, 'room.created')
  for (const client of [speaker, sleeper])
    await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  sleeper.webSocket.pause()
  const text = '\u{1F600}'.repeat(2_000)
  for (let index = 0; !server.log.includes('reads too slowly'); index++)
    await speaker.request({ type: 'chat.send', room: room.id, clientMessageId: `m${index}`, text })
  sleeper.cut()
  const came = lines().find(line => line.msg === 'somebody came' && line.user === sleeper.userId)
  const slow = lines().find(line => line.msg.includes('reads too slowly'))
  assert.equal(slow?.connection, came?.connection)
  assert.ok(Number(slow?.waitingBytes) > 65_536)
})

test('the log is JSON or lines for people, as --log-format says, and has no control characters of others', async () => {
  await using pretty = await serverOf('--log-format', 'pretty')
  const client = await WireClient.hello(pretty.server.url, undefined, 'evil\u202e\u001b[2J "client"')
  await client[Symbol.asyncDispose]()
  await pretty.server.logged('connection closed')
  const came = pretty.server.log.split('\n').find(line => line.includes('somebody came')) ?? ''
  assert.match(
    came,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z info {2}somebody came {2}connection=1 address=127\.0\.0\.1 /,
  )
  assert.match(came, /client="evil\\u\{202e\}/)
  assert.doesNotMatch(pretty.server.log, /[^\P{Cc}\n]|\u202e/u)
  assert.throws(() => pretty.lines())
})

test('what a server writes into pipes is the log alone, with its addresses, as --log-format says', async () => {
  await using json = await serverOf()
  await json.server.logged('listening')
  const serves = JSON.parse(json.server.welcome)
  assert.deepEqual([serves.msg, serves.level, serves.url], ['serves', 'info', json.server.url])
  assert.ok(Array.isArray(serves.addresses))
  assert.ok(json.lines().every(({ msg }) => msg !== undefined))
  await using pretty = await serverOf('--log-format', 'pretty')
  assert.match(pretty.server.welcome, /^\d{4}-\d\d-\d\d .*Z info {2}serves {2}url=ws:\/\/127\.0\.0\.1:\d+ /)
})
