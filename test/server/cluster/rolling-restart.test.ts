import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gifInfoSchema } from '../../../protocol/model.ts'
import type { ServerMessage } from '../../../protocol/server-messages.ts'
import { joinUntilSeated, TestFleet } from '../../support/fleet.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../../support/redis.ts'
import type { ServerProcess } from '../../support/server-process.ts'
import { WireClient } from '../../support/wire-client.ts'

const mongo = await findMongo()
const redis = await TestRedis.find()
const skip = (mongo === undefined && NO_MONGODB) || (redis === undefined && NO_REDIS)

/** Posts that are on their way at once. */
const PIPELINED = 4
/**
 * Between an ack and the next post, in milliseconds: while a server starts, and while one goes
 * down. FerretDB reads slowly where there is much.
 */
const PAUSE_MS = { usually: 200, now: 10 }

/**
 * Somebody who posts without a pause. When a server sends its people away, this person goes to
 * another one, as PROTOCOL.md D10 says. Whatever else goes wrong is kept.
 */
class Wanderer {
  readonly name: string
  readonly errors: string[] = []
  /** What was acked, in the order in which it was first sent. */
  readonly acked = new Map<string, number>()
  readonly heard: number[] = []
  pauseMs = PAUSE_MS.usually
  readonly #nodes: readonly ServerProcess[]
  readonly #room: string
  #at: number
  #client: WireClient
  #lastSaid = 0
  #isDone = false

  constructor(name: string, room: string, client: WireClient, nodes: readonly ServerProcess[], at: number) {
    this.name = name
    this.#room = room
    this.#client = client
    this.#nodes = nodes
    this.#at = at
  }

  get node(): ServerProcess | undefined {
    return this.#nodes[this.#at]
  }

  /** Posts until `stop`, and then until everything is acked. */
  async talk(): Promise<void> {
    await Promise.all(
      Array.from({ length: PIPELINED }, async () => {
        while (!this.#isDone) {
          await this.#say(`${this.name} ${++this.#lastSaid}`)
          await sleep(this.pauseMs)
        }
      }),
    )
  }

  stop(): void {
    this.#isDone = true
  }

  async #say(text: string): Promise<void> {
    for (;;) {
      const client = this.#client
      const post = { type: 'chat.send', room: this.#room, clientMessageId: text, text } as const
      const answer = await Promise.race([client.request(post), client.closed()]).catch(() => 1012)
      if (typeof answer === 'object' && answer.type === 'chat.ack') {
        this.acked.set(text, answer.seq)
        return
      }
      if (typeof answer === 'object') {
        this.errors.push(`${text}: ${JSON.stringify(answer)}`)
        this.stop()
        return
      }
      await this.#comeBack(client)
    }
  }

  #coming: Promise<void> | undefined

  async #comeBack(lost: WireClient): Promise<void> {
    if (this.#client !== lost) return this.#coming
    this.#coming ??= this.#goElsewhere(lost).finally(() => {
      this.#coming = undefined
    })
    await this.#coming
  }

  async #goElsewhere(lost: WireClient): Promise<void> {
    const code = await lost.closed()
    if (code !== 1012) this.errors.push(`${this.name}: closed with ${code}`)
    this.#note(lost)
    for (;;) {
      this.#at = (this.#at + 1) % this.#nodes.length
      const client = await WireClient.hello(this.node?.url ?? '', lost.token).catch(() => undefined)
      if (client === undefined) continue
      const sinceSeq = this.heard.at(-1) ?? 0
      const joined = await client.request({ type: 'chat.join', room: this.#room, sinceSeq })
      if (joined.type !== 'chat.joined') {
        this.errors.push(`${this.name} at ${this.#at}: ${JSON.stringify(joined)}`)
        this.stop()
      } else for (const { seq } of joined.messages) this.#hear(seq)
      this.#client = client
      return
    }
  }

  /** Takes over what this connection was told. */
  #note(client: WireClient): void {
    for (const { message } of client.all('chat.chat')) this.#hear(message.seq)
    const isWrong = (message: ServerMessage) => message.type === 'error' || message.type === 'chat.exit'
    for (const frame of client.frames)
      if (isWrong(JSON.parse(frame))) this.errors.push(`${this.name}: ${frame}`)
  }

  #hear(seq: number): void {
    if (seq > (this.heard.at(-1) ?? 0)) this.heard.push(seq)
  }

  /** Resolves when every message up to `seq` was heard. */
  async finish(seq: number): Promise<void> {
    this.#note(this.#client)
    if ((this.heard.at(-1) ?? 0) < seq)
      await this.#client.event('chat.chat', ({ message }) => message.seq >= seq)
    this.#note(this.#client)
    await this.#client[Symbol.asyncDispose]()
  }
}

describe('Servers that go down one after the other', { skip }, () => {
  if (mongo === undefined || redis === undefined) return
  after(async () => {
    await mongo[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })
  const openRates = ['requests', 'messages'].flatMap(what => [`--${what}-per-second`, '1000000'])
  openRates.push('--messages-per-second-per-address', '1000000')
  const fleet = () => new TestFleet({ mongo, redis }, ['--restart-window-ms', '300', ...openRates])

  test('D1 D2 D9 in a rolling restart of three servers under load nobody is refused anything', async () => {
    await using nodes = fleet()
    for (let count = 0; count < 3; count++) await nodes.startNode()
    const people: Wanderer[] = []
    for (const [index, { url }] of nodes.nodes.entries()) {
      const opener = await WireClient.hello(url)
      const password = index === 0 ? { password: 'tangerine' } : {}
      const options = { type: 'room.create', title: `room ${index}`, max: 3, ...password } as const
      const { room } = await opener.ask(options, 'room.created')
      for (const [place, node] of nodes.nodes.entries()) {
        const client = place === index ? opener : await WireClient.hello(node.url)
        await client.ask({ type: 'chat.join', room: room.id, ...password }, 'chat.joined')
        people.push(new Wanderer(`${index}/${place}`, room.id, client, nodes.nodes, place))
      }
    }
    const talking = Promise.all(people.map(person => person.talk()))
    for (const node of nodes.nodes) {
      for (const person of people) person.pauseMs = PAUSE_MS.now
      assert.equal(await node.stop('SIGTERM'), 0)
      for (const person of people) person.pauseMs = PAUSE_MS.usually
      await node.start()
    }
    for (const person of people) person.stop()
    await talking
    assert.deepEqual(
      people.flatMap(({ errors }) => errors),
      [],
    )
    for (let index = 0; index < 3; index++) {
      const here = people.slice(3 * index, 3 * index + 3)
      const seqs = here.flatMap(({ acked }) => [...acked.values()]).toSorted((a, b) => a - b)
      const all = seqs.map((_, place) => place + 1)
      assert.deepEqual(seqs, all)
      for (const person of here) {
        await person.finish(all.length)
        assert.deepEqual(person.heard, all)
      }
    }
    assert.deepEqual(
      people.flatMap(({ errors }) => errors),
      [],
    )
  })

  test('T3 C4 D1 a room goes to where its members are, and keeps them, its password and its GIFs', async () => {
    await using nodes = fleet()
    const [owner, edge] = [await nodes.startNode(), await nodes.startNode()]
    const [ann, ben] = [await WireClient.hello(owner.url), await WireClient.hello(edge.url)]
    const options = { type: 'room.create', title: 'kept', max: 2, password: 'tangerine' } as const
    const { room } = await ann.ask(options, 'room.created')
    for (const client of [ann, ben])
      await client.ask({ type: 'chat.join', room: room.id, password: 'tangerine' }, 'chat.joined')
    const gifs = `${edge.url.replace('ws:', 'http:')}/rooms/${room.id}/gifs`
    const headers = { authorization: `Bearer ${ben.token}` }
    const body = Buffer.from(sampleGif({ width: 12, height: 8, frames: 3 }))
    const uploaded = await fetch(gifs, { method: 'POST', headers, body })
    const { id: gif } = gifInfoSchema.parse(await uploaded.json())
    const stopped = owner.stop('SIGTERM')
    assert.equal(await ann.closed(), 1012)
    const post = { type: 'chat.sendGif', room: room.id, clientMessageId: 'g', gif, name: 'a.gif' } as const
    await ben.ask(post, 'chat.ack')
    await using carl = await WireClient.hello(edge.url)
    const { code } = await carl.refused({ type: 'chat.join', room: room.id, password: 'tangerine' })
    assert.equal(code, 'roomFull')
    await using annAgain = await WireClient.hello(edge.url, ann.token)
    const joined = await joinUntilSeated(annAgain, room.id, { sinceSeq: 0 })
    assert.deepEqual(
      joined.messages.map(({ seq }) => seq),
      [1],
    )
    assert.equal(await stopped, 0)
    assert.ok(owner.log.includes('handed a room over'))
    assert.deepEqual(ben.all('chat.exit'), [])
  })
})
