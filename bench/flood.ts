import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../test/support/server-process.ts'
import { openTerminal, type Terminal } from '../test/support/terminal.ts'
import { GifchatConnection, GifchatMember } from './load/gifchat-dialect.ts'
import { UNTALLIED } from './load/member.ts'

/** A room in which somebody posts numbered messages at a steady rate. */
export class Flood {
  readonly #talker: GifchatConnection
  readonly #member: GifchatMember
  readonly #room: string
  #said = 0

  private constructor(talker: GifchatConnection, room: string) {
    this.#talker = talker
    this.#room = room
    this.#member = new GifchatMember(talker, room)
    talker.member = this.#member
  }

  static async open(server: ServerProcess): Promise<Flood> {
    const talker = await GifchatConnection.hello({ port: server.port, from: '127.0.0.2', tally: UNTALLIED })
    const { room } = JSON.parse(await talker.ask({ type: 'room.create', title: 'flood' }))
    await talker.ask({ type: 'chat.join', room: room.id })
    return new Flood(talker, room.id)
  }

  /** The built client in the room, ready for keys. */
  async terminal(server: ServerProcess): Promise<Terminal> {
    const args = ['join', `${server.url}/${this.#room}`]
    const terminal = await openTerminal({ args, columns: 120, rows: 40 })
    await terminal.ready()
    await terminal.waitFor('flood')
    return terminal
  }

  close(): void {
    this.#talker.wire.close()
  }

  /** Posts so many messages a second until the returned function is called. */
  start(perSecond: number): () => void {
    const begin = performance.now()
    const before = this.#said
    const timer = setInterval(() => {
      const due = before + ((performance.now() - begin) / 1_000) * perSecond
      while (this.#said < due) this.#say()
    }, 5)
    return () => clearInterval(timer)
  }

  /** Posts so many messages a second until this many were posted in all. */
  async sayUntil(until: number, perSecond: number): Promise<void> {
    while (this.#said < until) {
      for (let count = 0; count < perSecond / 100 && this.#said < until; count++) this.#say()
      await sleep(10)
    }
  }

  #say(): void {
    this.#member.say(`said ${++this.#said} of the many things that people say when all talk at once`)
  }
}
