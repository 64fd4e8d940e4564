import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../support/chat-server.ts'
import { findMongo, NO_MONGODB } from '../support/mongodb.ts'
import { WireClient } from '../support/wire-client.ts'

const mongo = await findMongo()
const skip =
  mongo === undefined ? NO_MONGODB : mongo.isOurs ? false : 'the MongoDB at hand is not ours to stop'

/** Sends a message again and again, as D11 allows, until it is acked. */
async function sayUntilAcked(client: WireClient, room: string, clientMessageId: string) {
  for (;;) {
    const answer = await client.request({ type: 'chat.send', room, clientMessageId, text: clientMessageId })
    if (answer.type === 'chat.ack') return answer
    assert.equal(answer.type === 'error' && answer.code, 'unavailable')
  }
}

test('D1 D5 while MongoDB is down the server answers `unavailable`, and afterwards nothing is lost', {
  skip,
}, async () => {
  if (mongo === undefined) return
  await using _stopped = mongo
  await using server = await startTestServer({
    mongodbUri: mongo.uri,
    mongodbDatabase: mongo.newDatabaseName(),
  })
  await using client = await WireClient.hello(server.url)
  await using witness = await WireClient.hello(server.url)
  const { room } = await client.ask({ type: 'room.create', title: 'trouble' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await witness.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  assert.equal((await sayUntilAcked(client, room.id, 'before')).seq, 1)
  const http = server.url.replace('ws:', 'http:')
  for (const [index, trouble] of [() => mongo.stop(), () => mongo.kill('SIGKILL')].entries()) {
    const inFlight = Array.from({ length: 20 }, (_, place) =>
      client.request({
        type: 'chat.send',
        room: room.id,
        clientMessageId: `flight ${index} ${place}`,
        text: 'x',
      }),
    )
    await Promise.all([trouble(), ...inFlight])
    const refused = await client.refused({
      type: 'chat.send',
      room: room.id,
      clientMessageId: `down ${index}`,
      text: 'x',
    })
    assert.equal(refused.code, 'unavailable')
    assert.ok((refused.retryAfterMs ?? 0) > 0)
    const creation = await witness.refused({ type: 'room.create', title: 'not now' })
    assert.equal(creation.code, 'unavailable')
    assert.equal((await fetch(`${http}/readyz`)).status, 503)
    assert.equal((await fetch(`${http}/healthz`)).status, 200)
    await mongo.start()
    await sayUntilAcked(client, room.id, `after ${index}`)
    for (let place = 0; place < 20; place++) await sayUntilAcked(client, room.id, `flight ${index} ${place}`)
  }
  const last = await sayUntilAcked(client, room.id, 'last')
  await witness.event('chat.chat', ({ message }) => message.seq === last.seq)
  // A member who stayed all the while got each message once, in order and without a hole.
  const shown = witness.all('chat.chat').map(({ message }) => message)
  assert.deepEqual(
    shown.map(({ seq }) => seq),
    Array.from({ length: last.seq }, (_, index) => index + 1),
  )
  assert.equal(new Set(shown.map(({ clientMessageId }) => clientMessageId)).size, shown.length)
})
