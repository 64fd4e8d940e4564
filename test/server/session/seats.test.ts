import assert from 'node:assert/strict'
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
  const join = (room: string) => ({ type: 'chat.join', room }) as const
  for (const room of others) await client.ask(join(room), 'chat.joined')
  assert.equal((await client.refused(join(first))).code, 'tooManySeats')
  for (const room of others) await client.ask({ ...join(room), sinceSeq: 0 }, 'chat.joined')
  await client.ask({ type: 'chat.leave', room: others[0] ?? '' }, 'chat.left')
  await client.ask(join(first), 'chat.joined')
})
