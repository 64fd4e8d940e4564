import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientMessageType } from '../../../protocol/client-messages.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

/** Refuses each of these requests twice. */
function keepBusy(server: FakeServer, types: readonly ClientMessageType[], retryAfterMs = 1): void {
  const refusals = new Map<string, number>()
  server.script = (request, connection) => {
    const count = refusals.get(request.type) ?? 0
    if (!types.includes(request.type) || count === 2) return undefined
    refusals.set(request.type, count + 1)
    connection.refuse(request.id, 'rateLimited', retryAfterMs)
    return 'handled'
  }
}

test('L2 D11: a client waits quietly for lists, history and a join that can wait', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.say('r1', 'm1')
  await using recorded = await RecordedClient.connect({ server: server.url })
  const { client } = recorded
  keepBusy(server, ['room.list', 'room.subscribe', 'chat.join', 'chat.history'])
  assert.equal((await client.listRooms()).length, 1)
  await client.watchRooms()
  assert.equal(recorded.all('rooms').length, 1)
  await client.join('r1', { isPatient: true })
  assert.equal((await client.history('r1', 2)).length, 1)
  for (const type of ['room.list', 'room.subscribe', 'chat.join', 'chat.history'] as const)
    assert.equal(server.requests(type).length, 3, type)
})

test('L2 D10: a busy server gives back the seat and what was missed there, later', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join('r1')
  server.resumeMessages = 10
  keepBusy(server, ['chat.join', 'chat.history'])
  server.dropAll()
  for (let said = 1; said <= 80; said++) server.say('r1', `m${said}`)
  await recorded.event('joined', ({ isResume }) => isResume)
  assert.equal(recorded.shownTexts.length, 80)
  assert.deepEqual(recorded.all('lostSeat'), [])
})

test('L2: a client that shows its wait, or would wait for long, is told at once', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  await using recorded = await RecordedClient.connect({ server: server.url })
  keepBusy(server, ['chat.join', 'room.list'], 60_000)
  for (const isPatient of [false, true])
    await assert.rejects(recorded.client.join('r1', { isPatient }), { code: 'rateLimited' })
  await assert.rejects(recorded.client.listRooms(), { code: 'rateLimited', retryAfterMs: 60_000 })
})

test('R6: who stops watching while a busy server has not begun is not subscribed afterwards', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  keepBusy(server, ['room.subscribe'], 30)
  const watching = recorded.client.watchRooms()
  await server.until(() => server.requests('room.subscribe').length === 1)
  await recorded.client.unwatchRooms()
  await watching
  assert.equal(server.received.at(-1)?.type, 'room.unsubscribe')
  assert.deepEqual(recorded.all('rooms'), [])
})
