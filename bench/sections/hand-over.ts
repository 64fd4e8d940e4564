import { setTimeout as sleep } from 'node:timers/promises'
import { TestFleet } from '../../test/support/fleet.ts'
import { NO_REDIS, TestRedis } from '../../test/support/redis.ts'
import { WireClient } from '../../test/support/wire-client.ts'
import { OPEN_RATES } from '../bench-server.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'

const ROOMS = 10
/** Each person says something so often, in milliseconds. */
const EVERY_MS = 50
/** How long they talk before a server is told to stop, and after it has gone. */
const BEFORE_MS = 1_000
const AFTER_MS = 300
/** The longest that anybody may wait for an ack. */
const LONGEST_MS = 500

interface Posted {
  readonly sentAt: number
  readonly waitedMs: number
}

/** How long people wait for an ack while the owner of their room goes down. */
export const handOver: Section = {
  name: 'hand-over',
  async run({ rounds, mongo }) {
    await using redis = await TestRedis.find()
    const what = `ms until an ack: usual / worst while the server of ${ROOMS} rooms is told to stop, of 2 people in each room who are on two others`
    if (mongo === undefined || redis === undefined)
      return [{ what: `${what} (not measured: no MongoDB, or ${NO_REDIS})`, values: {} }]
    const usual: number[] = []
    const worst: number[] = []
    for (let round = 0; round < rounds; round++) {
      await using fleet = new TestFleet({ mongo, redis }, ['--restart-window-ms', '0'])
      const start = () => fleet.startNode({ env: OPEN_RATES })
      const [owner, ...others] = [await start(), await start(), await start()]
      const opener = await WireClient.hello(owner.url)
      const talkers: Talker[] = []
      for (let index = 0; index < ROOMS; index++) {
        const { room } = await opener.ask({ type: 'room.create', title: `room ${index}` }, 'room.created')
        for (const { url } of others) {
          const client = await WireClient.hello(url)
          await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
          talkers.push(new Talker(client, room.id))
        }
      }
      const talking = Promise.all(talkers.map(talker => talker.talk()))
      await sleep(BEFORE_MS)
      const toldAt = performance.now()
      await owner.stop('SIGTERM')
      await sleep(AFTER_MS)
      for (const talker of talkers) talker.stop()
      await talking
      const posts = talkers.flatMap(({ posted }) => posted)
      usual.push(median(posts.filter(({ sentAt }) => sentAt < toldAt).map(({ waitedMs }) => waitedMs)))
      const later = posts.filter(({ sentAt, waitedMs }) => sentAt + waitedMs > toldAt)
      worst.push(Math.max(...later.map(({ waitedMs }) => waitedMs)))
    }
    return [
      {
        what,
        values: { 'gifchat on MongoDB': `${median(usual).toFixed(1)} / ${median(worst).toFixed(0)}` },
        goals: [
          {
            text: `≤ ${LONGEST_MS} ms, each round`,
            measured: `${Math.max(...worst).toFixed(0)} ms`,
            isMet: Math.max(...worst) <= LONGEST_MS,
          },
        ],
      },
    ]
  },
}

/** Somebody who goes on talking, whether earlier posts are acked or not. */
class Talker {
  readonly posted: Posted[] = []
  readonly #client: WireClient
  readonly #room: string
  #isDone = false

  constructor(client: WireClient, room: string) {
    this.#client = client
    this.#room = room
  }

  async talk(): Promise<void> {
    const posting: Promise<void>[] = []
    while (!this.#isDone) {
      posting.push(this.#post(`${posting.length}`))
      await sleep(EVERY_MS)
    }
    await Promise.all(posting)
  }

  stop(): void {
    this.#isDone = true
  }

  async #post(text: string): Promise<void> {
    const sentAt = performance.now()
    await this.#client.ask({ type: 'chat.send', room: this.#room, clientMessageId: text, text }, 'chat.ack')
    this.posted.push({ sentAt, waitedMs: performance.now() - sentAt })
  }
}
