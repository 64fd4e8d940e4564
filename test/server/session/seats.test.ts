import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LIMITS } from '../../../protocol/limits.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { WireClient } from '../../support/wire-client.ts'

test('C2 who sits in as many rooms as one may can resume each, and take another when one is left', async () => {
  await using server = await startTestServer({ roomsPerUser: LIMITS.roomsPerConnection + 1 })
  await using client = await WireClient.hello(server.url)
  const rooms: string[] = []
  for (let index = 0; index <= LIMITS.roomsPerConnection; index++) {
    rooms.push((await client.ask({ type: 'room.create', title: `room ${index}` }, 'room.created')).room.id)
  }
  const [first = '', ...others] = rooms
  const joinOf = (room: string) => ({ type: 'chat.join', room }) as const
  for (const room of others) await client.ask(joinOf(room), 'chat.joined')
  assert.equal((await client.refused(joinOf(first))).code, 'tooManySeats')
  for (const room of others) await client.ask({ ...joinOf(room), sinceSeq: 0 }, 'chat.joined')
  await client.ask({ type: 'chat.leave', room: others[0] ?? '' }, 'chat.left')
  await client.ask(joinOf(first), 'chat.joined')
})

test('C4 who holds a seat comes back at once, whoever guesses wrong from the same address', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const password = 'tangerine'
  const { room } = await owner.ask({ type: 'room.create', title: 'secret', password }, 'room.created')
  const join = { type: 'chat.join', room: room.id } as const
  await owner.ask(join, 'chat.joined')
  await using member = await WireClient.hello(server.url)
  await member.ask({ ...join, password }, 'chat.joined')
  await using guesser = await WireClient.hello(server.url)
  assert.equal((await guesser.refused({ ...join, password: 'orange' })).code, 'wrongPassword')
  member.cut()
  await member.closed()
  await using back = await WireClient.hello(server.url, member.token)
  await back.ask({ ...join, password, sinceSeq: 0 }, 'chat.joined')
})

test('C4 the owner of a room comes back without its password, also after a restart of the server', async () => {
  const keep = await mkdtemp(join(tmpdir(), 'gifchat-owner-'))
  let token = ''
  let room = ''
  {
    await using server = await startTestServer({ keep })
    await using owner = await WireClient.hello(server.url)
    const made = await owner.ask(
      { type: 'room.create', title: 'secret', password: 'tangerine' },
      'room.created',
    )
    room = made.room.id
    token = owner.token
    await owner.ask({ type: 'chat.join', room }, 'chat.joined')
    await owner.ask({ type: 'chat.leave', room }, 'chat.left')
    await owner.ask({ type: 'chat.join', room }, 'chat.joined')
    await using guest = await WireClient.hello(server.url)
    assert.equal((await guest.refused({ type: 'chat.join', room })).code, 'passwordRequired')
  }
  {
    await using server = await startTestServer({ keep })
    await using owner = await WireClient.hello(server.url, token)
    await owner.ask({ type: 'chat.join', room }, 'chat.joined')
    await using guest = await WireClient.hello(server.url)
    assert.equal((await guest.refused({ type: 'chat.join', room })).code, 'passwordRequired')
  }
  await rm(keep, { recursive: true })
})

test('M4 a page of history has the newest 50 messages, or as many as were asked for', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'talk' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const say = (clientMessageId: string) =>
    owner.ask({ type: 'chat.send', room: room.id, clientMessageId, text: 'x' }, 'chat.ack')
  await Promise.all(Array.from({ length: 110 }, (_, index) => say(`m${index}`)))
  const seqs = async (more: { beforeSeq?: number; limit?: number }) => {
    const page = await owner.ask({ type: 'chat.history', room: room.id, ...more }, 'chat.history')
    return [page.messages.length, page.messages[0]?.seq, page.messages.at(-1)?.seq]
  }
  assert.deepEqual(await seqs({}), [50, 61, 110])
  assert.deepEqual(await seqs({ beforeSeq: 61 }), [50, 11, 60])
  assert.deepEqual(await seqs({ limit: 100 }), [100, 11, 110])
  assert.deepEqual(await seqs({ beforeSeq: 11, limit: 100 }), [10, 1, 10])
})
