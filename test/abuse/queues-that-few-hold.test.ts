import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConfigInput } from '../../server/config.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

const PASSWORD = 'tangerine'

/** A client that a proxy names with this address. */
async function clientAt(server: TestServer, address: string): Promise<WireClient> {
  const client = await WireClient.open(server.url, { headers: { 'X-Forwarded-For': address } })
  const welcome = await client.ask({ type: 'hello' }, 'welcome')
  client.token = welcome.token
  client.userId = welcome.user.id
  return client
}

/** Opens rooms with a password. Each has somebody in it, so that it stays. */
async function openRooms(server: TestServer, count: number): Promise<string[]> {
  const owner = await clientAt(server, '203.0.113.1')
  return Promise.all(
    Array.from({ length: count }, async () => {
      const options = { title: 'locked', password: PASSWORD } as const
      const { room } = await owner.ask({ type: 'room.create', ...options }, 'room.created')
      return room.id
    }),
  )
}

/** Runs `body` on a server that has just started, with rooms whose passwords nobody showed yet. */
async function withReopenedRooms(
  count: number,
  body: (server: TestServer, rooms: readonly string[]) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-queues-'))
  const settings: ConfigInput & { keep: string } = { keep: directory, trustedProxies: 1, roomsPerUser: 100 }
  try {
    let rooms: string[]
    {
      await using first = await startTestServer(settings)
      rooms = await openRooms(first, count)
    }
    await using server = await startTestServer(settings)
    await body(server, rooms)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

test('C4 a right password waits for one guess of each address that guesses, and not for all guesses', async () => {
  await withReopenedRooms(6, async (server, rooms) => {
    const guessers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => clientAt(server, `192.0.2.${index + 1}`)),
    )
    const somebody = await clientAt(server, '198.51.100.7')
    let answered = 0
    const guesses = guessers.flatMap(guesser =>
      rooms.map(room =>
        guesser.refused({ type: 'chat.join', room, password: 'a guess' }).then(
          () => answered++,
          () => {},
        ),
      ),
    )
    // A list that comes after the guesses shows that they have arrived.
    await Promise.all(guessers.map(guesser => guesser.ask({ type: 'room.list' }, 'room.list')))
    const [room = ''] = rooms
    await somebody.ask({ type: 'chat.join', room, password: PASSWORD }, 'chat.joined')
    assert.ok(answered < guesses.length / 2, `${answered} of ${guesses.length} guesses came first`)
    for (const client of [...guessers, somebody]) client.cut()
  })
})

test('C4 a right password gets in behind the address of somebody who guesses on and on', async () => {
  await using server = await startTestServer({ trustedProxies: 1 })
  const [room = ''] = await openRooms(server, 1)
  const here = '192.0.2.1'
  const guesser = await clientAt(server, here)
  const guess = { type: 'chat.join', room, password: 'a guess' } as const
  assert.equal((await guesser.refused(guess)).code, 'wrongPassword')
  const honest = await Promise.all(Array.from({ length: 5 }, () => clientAt(server, here)))
  let refusals = 0
  let isOver = false
  const guessing = (async () => {
    while (!isOver) {
      const { code, retryAfterMs = 0 } = await guesser.refused(guess)
      assert.ok(retryAfterMs > 0)
      if (code === 'rateLimited') refusals++
    }
  })()
  for (const client of honest)
    await client.ask({ type: 'chat.join', room, password: PASSWORD }, 'chat.joined')
  isOver = true
  await guessing
  assert.ok(refusals > 0, 'the guesser waited all the while')
  for (const client of [guesser, ...honest]) client.cut()
})

test('C4 many people who guess behind one address gain nothing, and a right password stands in line', async () => {
  await using server = await startTestServer({ trustedProxies: 1 })
  const [room = ''] = await openRooms(server, 1)
  const here = '192.0.2.1'
  const crowd = await Promise.all(Array.from({ length: 30 }, () => clientAt(server, here)))
  const honest = await clientAt(server, here)
  let tried = 0
  for (const client of crowd.slice(0, 3)) {
    client.refused({ type: 'chat.join', room, password: 'a guess' }).then(
      () => tried++,
      () => {},
    )
  }
  await Promise.all(crowd.slice(0, 3).map(client => client.ask({ type: 'room.list' }, 'room.list')))
  const joining = honest.ask({ type: 'chat.join', room, password: PASSWORD }, 'chat.joined')
  await honest.ask({ type: 'room.list' }, 'room.list')
  for (const client of crowd.slice(3)) {
    client.refused({ type: 'chat.join', room, password: 'a guess' }).then(
      () => tried++,
      () => {},
    )
  }
  await joining
  assert.ok(tried <= 4, `${tried} guesses were tried first, though only three came before`)
  for (const client of [...crowd, honest]) client.cut()
})

test('C4 while a guess stands in line, requests for its room do not pile up behind it', async () => {
  await using server = await startTestServer({ trustedProxies: 1 })
  const [room = ''] = await openRooms(server, 1)
  const here = '192.0.2.1'
  const [one, two] = await Promise.all([clientAt(server, here), clientAt(server, here)])
  await one.refused({ type: 'chat.join', room, password: 'a guess' })
  const joining = two.ask({ type: 'chat.join', room, password: PASSWORD }, 'chat.joined')
  const requests = Array.from({ length: 20 }, (_, index) =>
    two.refused({ type: 'chat.send', room, clientMessageId: `m${index}`, text: 'already?' }),
  )
  const codes = (await Promise.all(requests)).map(({ code }) => code)
  assert.deepEqual(new Set(codes), new Set(['rateLimited']))
  assert.equal(two.all('chat.joined').length, 0, 'they are answered before the guess')
  await joining
  for (const client of [one, two]) client.cut()
})
