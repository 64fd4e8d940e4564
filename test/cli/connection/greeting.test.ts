import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLOSE_CODES } from '../../../protocol/close-codes.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

const greeted = (recorded: RecordedClient, times: number) =>
  recorded.until(() => recorded.all('identity').length === times)
const waits = (recorded: RecordedClient) =>
  recorded.all('status').flatMap(({ status }) => (status.state === 'waiting' ? [status] : []))
const closeAll = (server: FakeServer, code: number) => {
  for (const connection of server.connections) connection.close(code)
}

test('I1: nothing goes out before the server has greeted this client', async () => {
  await using server = await FakeServer.start()
  const arrived = Promise.withResolvers<void>()
  const held = Promise.withResolvers<undefined>()
  server.script = request => {
    arrived.resolve()
    return request.type === 'hello' ? held.promise : undefined
  }
  await using recorded = new RecordedClient({ server: server.url })
  const connecting = recorded.client.connect()
  await arrived.promise
  await assert.rejects(recorded.client.listRooms(), { code: 'unavailable' })
  held.resolve(undefined)
  await connecting
  assert.deepEqual(
    server.received.map(({ type }) => type),
    ['hello'],
  )
})

test('D11: a greeting that is refused for now after a loss is asked for again, as late as the server wants', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  const before = performance.now()
  server.script = (request, connection) => {
    if (request.type !== 'hello') return undefined
    connection.refuse(request.id, 'unavailable', 600_000)
    return 'handled'
  }
  server.dropAll()
  await recorded.until(() => waits(recorded).length === 2)
  assert.ok((waits(recorded)[1]?.retryAt ?? 0) >= before + 600_000)
  server.script = () => undefined
  recorded.client.reconnectNow()
  await greeted(recorded, 2)
  closeAll(server, CLOSE_CODES.flood.code)
  const { status } = await recorded.event('status', event => event.status.state === 'closed')
  assert.ok(status.state === 'closed' && status.reason === 'flood', 'the refusal is forgotten')
})

test('I1: a newcomer whom the server lets wait says hello again on the same connection', async () => {
  await using server = await FakeServer.start()
  server.script = (request, connection) => {
    if (request.type !== 'hello' || server.requests('hello').length > 2) return undefined
    connection.refuse(request.id, 'rateLimited', 1)
    return 'handled'
  }
  await using recorded = await RecordedClient.connect({ server: server.url })
  assert.equal(server.requests('hello').length, 3)
  assert.equal(server.connections.size, 1)
  const states = recorded.all('status').map(({ status }) => status.state)
  assert.deepEqual(states, ['connecting', 'open'], 'so short a wait is not told')
})

test('I1: a newcomer who has to wait for long is told, and can leave', async () => {
  await using server = await FakeServer.start()
  server.script = (request, connection) => {
    if (request.type !== 'hello') return undefined
    connection.refuse(request.id, 'rateLimited', 600_000)
    return 'handled'
  }
  await using recorded = new RecordedClient({ server: server.url })
  const before = performance.now()
  const failed = assert.rejects(recorded.client.connect(), { code: 'unavailable' })
  const { status } = await recorded.event('status', event => event.status.state === 'queueing')
  assert.ok(status.state === 'queueing' && status.retryAt >= before + 600_000)
  await recorded.client.close()
  await failed
  assert.equal(server.requests('hello').length, 1)
})

test('a greeting that is refused for good after a loss ends the tries and says why', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  server.script = (request, connection) => {
    if (request.type !== 'hello') return undefined
    connection.refuse(request.id, 'invalidRequest')
    return 'handled'
  }
  server.dropAll()
  const { status } = await recorded.event('status', event => event.status.state === 'closed')
  assert.ok(status.state === 'closed' && status.reason === 'refused')
  assert.equal(server.requests('hello').length, 2)
})

test('K1: a greeting that a loss cut short is no refusal, and changes nothing of the next end', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  server.script = (request, connection) => {
    if (request.type !== 'hello' || server.requests('hello').length !== 2) return undefined
    connection.drop()
    return 'handled'
  }
  server.dropAll()
  await greeted(recorded, 2)
  assert.equal(server.requests('hello').length, 3)
  closeAll(server, CLOSE_CODES.invalidFrame.code)
  const { status } = await recorded.event('status', event => event.status.state === 'closed')
  assert.ok(status.state === 'closed' && status.reason === 'misunderstood')
})

test('D9: the wait that a restart asked for holds for that restart and for no later loss', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  for (const connection of server.connections)
    connection.send({ type: 'serverRestart', retryAfterMs: 600_000 })
  closeAll(server, CLOSE_CODES.serverRestart.code)
  await recorded.until(() => waits(recorded).length === 1)
  recorded.client.reconnectNow()
  await greeted(recorded, 2)
  server.dropAll()
  await recorded.until(() => waits(recorded).length === 2)
  assert.ok((waits(recorded)[1]?.retryAt ?? Number.POSITIVE_INFINITY) < performance.now() + 60_000)
})
