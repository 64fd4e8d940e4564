// Abuse 1: limits evaded by forged proxy headers, or by a verb that nobody limits. Further tests of
// it: test/server/transport/client-address.test.ts, test/server/transport/limits-by-address.test.ts
// and test/server/session/rate-limit.test.ts, which bounds what a limiter remembers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientMessage } from '../../protocol/client-messages.ts'
import type { ConfigInput } from '../../server/config.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { holdClock } from '../support/held-clock.ts'
import { WireClient } from '../support/wire-client.ts'

/** Each header in which a proxy would name the client, with another address each time. */
const forgedHeaders = (index: number) => {
  const address = `10.0.${index >> 8}.${index & 255}`
  return {
    'X-Forwarded-For': address,
    'X-Real-IP': address,
    'CF-Connecting-IP': address,
    'True-Client-IP': address,
    Forwarded: `for=${address}`,
  }
}

async function forged(server: TestServer, index: number, token?: string): Promise<WireClient> {
  const client = await WireClient.open(server.url, { headers: forgedHeaders(index) })
  client.token = (await client.ask({ type: 'hello', token }, 'welcome')).token
  return client
}

const openRoom = async (client: WireClient, password?: string) =>
  (await client.ask({ type: 'room.create', title: 'x', max: 1_000, password }, 'room.created')).room.id

/** How often each thing is taken from one address that forges its headers, of eight tries. */
const TRIES = 8
const TAKEN: Readonly<
  Record<string, readonly [ConfigInput, number, (server: TestServer) => Promise<string[]>]>
> = {
  connections: [
    { connectionsPerAddress: 3 },
    3,
    server =>
      inTurn(async index => {
        await forged(server, index)
        return 'taken'
      }),
  ],
  rooms: [
    { creationsPerMinute: 3 },
    3,
    server =>
      inTurn(async index => {
        const client = await forged(server, index)
        const { type } = await client.request({ type: 'room.create', title: 'x' })
        return type === 'room.created' ? 'taken' : type
      }),
  ],
  joins: [
    { joinsPerSecond: 0.15 },
    3,
    async server => {
      const room = await openRoom(await forged(server, 0))
      return inTurn(async index => {
        const client = await forged(server, index)
        const { type } = await client.request({ type: 'chat.join', room })
        return type === 'chat.joined' ? 'taken' : type
      })
    },
  ],
  guesses: [
    {},
    1,
    async server => {
      const room = await openRoom(await forged(server, 0), 'tangerine')
      const join = { type: 'chat.join', room, password: 'guess' } as const
      const outcomes = Array<string>(TRIES).fill('in line')
      for (const index of outcomes.keys()) {
        const client = await forged(server, index)
        client.refused(join).then(
          ({ code }) => {
            outcomes[index] = code === 'wrongPassword' ? 'taken' : code
          },
          () => {},
        )
      }
      // As many guesses of other addresses are tried one after the other, so the first had time.
      for (const index of outcomes.keys()) {
        await using other = await WireClient.open(server.url, { localAddress: `127.0.0.${2 + index}` })
        await other.ask({ type: 'hello' }, 'welcome')
        assert.equal((await other.refused(join)).code, 'wrongPassword')
      }
      return outcomes
    },
  ],
  uploads: [
    { uploadsPerMinute: 3 },
    3,
    async server => {
      const client = await forged(server, 0)
      const room = await openRoom(client)
      await client.ask({ type: 'chat.join', room }, 'chat.joined')
      return inTurn(async index => {
        const response = await fetch(`${server.url.replace('ws', 'http')}/rooms/${room}/gifs`, {
          method: 'POST',
          headers: { ...forgedHeaders(index), Authorization: `Bearer ${client.token}` },
          body: new Uint8Array(sampleGif()),
        })
        return response.status === 201 ? 'taken' : String(response.status)
      })
    },
  ],
}

async function inTurn(attempt: (index: number) => Promise<string>): Promise<string[]> {
  const outcomes = []
  for (let index = 0; index < TRIES; index++)
    outcomes.push(await attempt(index).catch((error: Error) => error.message))
  return outcomes
}

for (const [name, [settings, expected, attempt]] of Object.entries(TAKEN)) {
  test(`abuse 1: L2 L3 whoever forges the headers of a proxy gets no more ${name}`, async context => {
    // No bucket fills up meanwhile, however slow the machine is.
    holdClock(context)
    await using server = await startTestServer(settings)
    const outcomes = await attempt(server)
    assert.equal(outcomes.filter(outcome => outcome === 'taken').length, expected, outcomes.join(', '))
  })
}

/** A frame of each verb. A new verb does not compile until it is here. */
const VERBS: Readonly<Record<Exclude<ClientMessage['type'], 'hello'>, object>> = {
  'room.list': {},
  'room.subscribe': {},
  'room.unsubscribe': {},
  'room.create': { title: 'x' },
  'chat.join': { room: 'none' },
  'chat.leave': { room: 'none' },
  'chat.send': { room: 'none', clientMessageId: 'a', text: 'a' },
  'chat.sendGif': { room: 'none', clientMessageId: 'a', gif: 'A'.repeat(22), name: 'a' },
  'chat.typing': { room: 'none' },
  'chat.history': { room: 'none' },
}
const FLOODS: Readonly<Record<string, object>> = {
  ...Object.fromEntries(Object.entries(VERBS).map(([type, fields]) => [type, { type, ...fields }])),
  'a resume': { type: 'chat.join', room: 'none', sinceSeq: 0 },
  'no verb': { type: 'nonsense' },
}

for (const [name, frame] of Object.entries(FLOODS)) {
  test(`abuse 1: L2 a flood of ${name} is refused and then closed`, async () => {
    await using server = await startTestServer({ requestsPerSecond: 5 })
    await using neighbour = await WireClient.hello(server.url)
    const flooder = await WireClient.hello(server.url)
    for (let index = 0; index < 400; index++) flooder.raw(JSON.stringify({ id: '1', ...frame }))
    assert.equal(await flooder.closed(), 4429)
    assert.ok(
      flooder.all('error').some(error => error.code === 'rateLimited' && (error.retryAfterMs ?? 0) > 0),
    )
    await neighbour.ask({ type: 'room.list' }, 'room.list')
  })
}

test('abuse 1: L2 a flood of pings is closed, though each waits for its pong', async () => {
  await using server = await startTestServer({ requestsPerSecond: 5 })
  const pinger = await WireClient.hello(server.url)
  for (let index = 0; index < 400 && pinger.webSocket.readyState === pinger.webSocket.OPEN; index++) {
    // One by one, since `ws` itself cuts off a client with many unanswered pings.
    const ponged = new Promise(resolve => pinger.webSocket.once('pong', resolve))
    pinger.webSocket.ping()
    await Promise.race([ponged, pinger.closed()])
  }
  assert.equal(await pinger.closed(), 4429)
})
