import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeServer } from '../../support/fake-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

test('R4: the rooms of all pages are one list, each room once', async () => {
  await using server = await FakeServer.start()
  for (const id of ['a', 'b', 'c']) server.addRoom(id)
  server.script = (request, connection) => {
    if (request.type !== 'room.list') return undefined
    const [first, second] = request.cursor === undefined ? ['a', 'b'] : ['b', 'c']
    const rooms = [server.room(first).summary, server.room(second).summary]
    const cursor = request.cursor === undefined ? 'b' : null
    connection.send({ type: 'room.list', id: request.id, rooms, cursor, total: 3 })
    return 'handled'
  }
  await using recorded = await RecordedClient.connect({ server: server.url })
  assert.deepEqual(
    (await recorded.client.listRooms()).map(room => room.id),
    ['a', 'b', 'c'],
  )
})

test('R5: events that come between two pages are passed on after the list', async () => {
  await using server = await FakeServer.start()
  server.addRoom('a')
  server.addRoom('b')
  server.script = (request, connection) => {
    if (request.type === 'room.subscribe') {
      const rooms = [server.room('a').summary]
      connection.send({ type: 'room.list', id: request.id, rooms, cursor: 'a', total: 2 })
      connection.send({ type: 'room.removeRoom', room: 'b' })
      return 'handled'
    }
    if (request.type !== 'room.list') return undefined
    connection.send({
      type: 'room.list',
      id: request.id,
      rooms: [server.room('b').summary],
      cursor: null,
      total: 2,
    })
    connection.send({ type: 'room.roomChanged', room: 'a', people: 3 })
    return 'handled'
  }
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.watchRooms()
  await recorded.event('roomChanged')
  const lobby = recorded.events.filter(event => /room/i.test(event.type))
  assert.deepEqual(
    lobby.map(event => event.type),
    ['rooms', 'removeRoom', 'roomChanged'],
  )
})

test('R5: the lobby is watched again after a reconnect, from a fresh list', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.watchRooms()
  server.addRoom('while-away')
  server.script = (request, connection) => {
    if (request.type !== 'room.subscribe' || server.requests('room.subscribe').length > 2) return undefined
    connection.refuse(request.id, 'rateLimited', 1)
    return 'handled'
  }
  server.dropAll()
  await recorded.event('rooms', event => event.rooms.length === 1)
  const created = await recorded.client.createRoom({ title: 'new', max: 2 })
  assert.deepEqual((await recorded.event('newRoom')).room, created)
  assert.equal(server.requests('room.subscribe').length, 3)
})

test('R6: after unwatchRooms no event comes, even after a reconnect', async () => {
  await using server = await FakeServer.start()
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.watchRooms()
  await recorded.client.unwatchRooms()
  for (const connection of server.connections) connection.send({ type: 'room.removeRoom', room: 'a' })
  server.dropAll()
  await recorded.until(() => recorded.all('identity').length === 2)
  await recorded.client.listRooms()
  assert.equal(server.requests('room.subscribe').length, 1)
  assert.deepEqual(recorded.all('removeRoom'), [])
})
