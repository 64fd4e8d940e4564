// Abuse 2: ways into a room that do not pass its door. What a broken connection may still do is in
// test/server/session/rooms.test.ts (T3), and an upload during which its sender leaves in
// test/server/transport/upload-seat.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { type Request, WireClient } from '../support/wire-client.ts'

const PASSWORD = 'tangerine'

/** A room with a password, a text and a GIF. Its owner sits in it. */
async function openLockedRoom(server: TestServer) {
  const owner = await WireClient.hello(server.url)
  const { room } = await owner.ask(
    { type: 'room.create', title: 'closed', password: PASSWORD, max: 100 },
    'room.created',
  )
  await owner.ask({ type: 'chat.join', room: room.id, password: PASSWORD }, 'chat.joined')
  await owner.ask({ type: 'chat.send', room: room.id, clientMessageId: 'a', text: 'secret' }, 'chat.ack')
  const gifs = `${server.url.replace('ws:', 'http:')}/rooms/${room.id}/gifs`
  const uploaded = await fetch(gifs, {
    method: 'POST',
    headers: { Authorization: `Bearer ${owner.token}` },
    body: new Uint8Array(sampleGif()),
  })
  const { id: gif } = (await uploaded.json()) as { id: string } // PROTOCOL.md G1
  const posted = { type: 'chat.sendGif', room: room.id, clientMessageId: 'g', gif, name: 'a.gif' } as const
  await owner.ask(posted, 'chat.ack')
  return { server, owner, room: room.id, gifs, gif }
}

type LockedRoom = Awaited<ReturnType<typeof openLockedRoom>>

let addresses = 0

/** Somebody at an address of their own, so that one's wrong password makes nobody else wait. */
async function helloFromElsewhere(server: TestServer): Promise<WireClient> {
  const client = await WireClient.open(server.url, { localAddress: `127.0.0.${2 + addresses++}` })
  const { token, user } = await client.ask({ type: 'hello' }, 'welcome')
  return Object.assign(client, { token, userId: user.id })
}

const joined = async ({ server, room }: LockedRoom): Promise<WireClient> => {
  const client = await helloFromElsewhere(server)
  await client.ask({ type: 'chat.join', room, password: PASSWORD }, 'chat.joined')
  return client
}

/** Each way to be without a seat. */
const OUTSIDERS: Readonly<Record<string, (locked: LockedRoom) => Promise<WireClient>>> = {
  'who never joined': ({ server }) => helloFromElsewhere(server),
  'who gave no password': async ({ server, room }) => {
    const client = await helloFromElsewhere(server)
    assert.equal((await client.refused({ type: 'chat.join', room })).code, 'passwordRequired')
    return client
  },
  'who gave a wrong password': async ({ server, room }) => {
    const client = await helloFromElsewhere(server)
    assert.equal((await client.refused({ type: 'chat.join', room, password: 'no' })).code, 'wrongPassword')
    return client
  },
  'who has left': async locked => {
    const client = await joined(locked)
    await client.ask({ type: 'chat.leave', room: locked.room }, 'chat.left')
    return client
  },
  'whose seat has expired': async locked => {
    const first = await joined(locked)
    const { token, userId } = first
    first.cut()
    const isTheirs = ({ users }: { users: readonly { id: string }[] }) =>
      users.some(({ id }) => id === userId)
    await locked.owner.event('chat.exit', isTheirs)
    return WireClient.hello(locked.server.url, token)
  },
}

const verbsIn = (room: string, gif: string): readonly Request[] => [
  { type: 'chat.send', room, clientMessageId: 'x', text: 'side door' },
  { type: 'chat.sendGif', room, clientMessageId: 'x', gif, name: 'x.gif' },
  { type: 'chat.typing', room },
  { type: 'chat.history', room },
  { type: 'chat.history', room, beforeSeq: 2, limit: 1 },
  { type: 'chat.leave', room },
]

describe('a room with a password', () => {
  let locked: LockedRoom
  before(async () => {
    locked = await openLockedRoom(await startTestServer({ seatHoldMs: 1 }))
  })
  after(async () => {
    await locked.owner[Symbol.asyncDispose]()
    await locked.server[Symbol.asyncDispose]()
  })

  for (const [who, become] of Object.entries(OUTSIDERS)) {
    test(`abuse 2: C1 is closed to somebody ${who}, by every verb`, async () => {
      const { room, gif, owner } = locked
      await using outsider = await become(locked)
      const seen = outsider.frames.length
      for (const verb of verbsIn(room, gif))
        assert.equal((await outsider.refused(verb)).code, 'notInRoom', verb.type)
      const again = await outsider.refused({ type: 'chat.join', room, sinceSeq: 0 })
      assert.equal(again.code, 'passwordRequired')
      assert.ok(!outsider.frames.slice(seen).some(frame => frame.includes('secret')))
      assert.equal(owner.all('chat.chat').length, 2)
    })

    test(`abuse 2: C1 G1 G4 is closed to somebody ${who}, over HTTP`, async () => {
      const { gifs, gif } = locked
      await using outsider = await become(locked)
      const headers = { Authorization: `Bearer ${outsider.token}` }
      const body = new Uint8Array(sampleGif())
      assert.equal((await fetch(gifs, { method: 'POST', headers, body })).status, 403)
      assert.equal((await fetch(`${gifs}/${gif}`, { headers })).status, 403)
      const known = { ...headers, 'If-None-Match': `"${gif}"` }
      assert.equal((await fetch(`${gifs}/${gif}`, { headers: known })).status, 403)
    })
  }

  test('abuse 2: G1 G4 no token, another server’s or a changed one opens anything over HTTP', async () => {
    const { gifs, gif, owner } = locked
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer x${owner.token}`, owner.token]) {
      const headers = authorization === undefined ? {} : { authorization }
      const body = new Uint8Array(sampleGif())
      assert.equal((await fetch(gifs, { method: 'POST', headers, body })).status, 401, authorization)
      assert.equal((await fetch(`${gifs}/${gif}`, { headers })).status, 401, authorization)
      const inAddress = `${gifs}/${gif}?token=${owner.token}&access_token=${owner.token}`
      assert.equal((await fetch(inAddress, { headers })).status, 401, authorization)
    }
  })

  test('abuse 2: G1 G4 nobody deletes or replaces a GIF, not even who posted it', async () => {
    const { gifs, gif, owner } = locked
    const headers = { Authorization: `Bearer ${owner.token}` }
    for (const method of ['DELETE', 'PUT', 'PATCH'])
      assert.equal((await fetch(`${gifs}/${gif}`, { method, headers })).status, 404, method)
    assert.equal((await fetch(`${gifs}/${gif}`, { headers })).status, 200)
  })
})

test('abuse 2: G4 a seat in one room opens no GIF of another', async () => {
  await using server = await startTestServer()
  const locked = await openLockedRoom(server)
  await using neighbour = await WireClient.hello(server.url)
  const { room } = await neighbour.ask({ type: 'room.create', title: 'mine' }, 'room.created')
  await neighbour.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const headers = { Authorization: `Bearer ${neighbour.token}` }
  const mine = locked.gifs.replace(locked.room, room.id)
  assert.equal((await fetch(`${mine}/${locked.gif}`, { headers })).status, 404)
  const post = {
    type: 'chat.sendGif',
    room: room.id,
    clientMessageId: 'g',
    gif: locked.gif,
    name: 'a',
  } as const
  assert.equal((await neighbour.refused(post)).code, 'noSuchGif')
  await locked.owner[Symbol.asyncDispose]()
})
