import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTerminal, type Terminal } from '../../test/support/terminal.ts'
import { startBenchServer } from '../bench-server.ts'
import { GifchatConnection, GifchatMember } from '../load/gifchat-dialect.ts'
import { UNTALLIED } from '../load/member.ts'
import { cpuMicroseconds, residentBytes } from '../process-usage.ts'
import type { Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

const PER_SECOND = 1_000
/** Typed one by one; what the others say has only small letters. */
const KEYS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const KEY_EVERY_MS = 90
const CLEAR_LINE = '\x15'
/** How many messages have been said when memory is looked at. */
const MILESTONES = [10_000, 50_000, 100_000]
/** As fast as they can be said without the terminal falling behind for good. */
const FLOOD_PER_SECOND = 4_000
const GOAL_MS = 50
/** What still counts as flat. */
const FLAT = 1.15

/** What it is like to type in a room in which 1,000 messages a second are said. */
export const composer: Section = {
  name: 'composer',
  async run({ rounds }) {
    await using server = await startBenchServer()
    const talker = await GifchatConnection.hello({ port: server.port, from: '127.0.0.2', tally: UNTALLIED })
    const { room } = JSON.parse(await talker.ask({ type: 'room.create', title: 'flood' }))
    await talker.ask({ type: 'chat.join', room: room.id })
    const member = new GifchatMember(talker.wire, room.id)
    talker.member = member
    await using terminal = await openTerminal({
      args: ['join', `${server.url}/${room.id}`],
      columns: 120,
      rows: 40,
    })
    await terminal.ready()
    await terminal.waitFor('flood')
    const flood = new Flood(member)
    const typing = await typeInFlood(terminal, flood, rounds)
    const memory: number[] = []
    for (const milestone of MILESTONES) {
      await flood.run(FLOOD_PER_SECOND, milestone)
      await terminal.waitFor(`said ${milestone} `)
      memory.push(residentBytes(terminal.pid) / 2 ** 20)
    }
    talker.wire.close()
    const p99 = quantile(typing.echoes, 0.99)
    const growth = (memory.at(-1) ?? Number.NaN) / (memory[0] ?? Number.NaN)
    return [
      {
        what: `composer under ${PER_SECOND.toLocaleString('en')} messages/s, echo p50 / p99 of ${typing.echoes.length} keys; CPU; output`,
        values: {
          gifchat: `${median(typing.echoes).toFixed(0)} / ${p99.toFixed(0)} ms; ${Math.round(typing.cpu * 100)} %; ${Math.round(typing.kibibytes)} KiB/s`,
        },
        goals: [{ text: 'p99 ≤ 50 ms', measured: `${p99.toFixed(0)} ms`, isMet: p99 <= GOAL_MS }],
      },
      {
        what: `the client's memory after ${MILESTONES.map(count => count.toLocaleString('en')).join(' / ')} messages, MiB`,
        values: { gifchat: memory.map(size => size.toFixed(0)).join(' / ') },
        goals: [{ text: 'flat', measured: `${growth.toFixed(2)} ×`, isMet: growth <= FLAT }],
      },
    ]
  },
}

interface Typing {
  /** Milliseconds from a key to the screen that shows it. */
  readonly echoes: readonly number[]
  /** Share of one core that the client used. */
  readonly cpu: number
  readonly kibibytes: number
}

async function typeInFlood(terminal: Terminal, flood: Flood, rounds: number): Promise<Typing> {
  const stop = flood.start(PER_SECOND)
  await sleep(1_000)
  const echoes: number[] = []
  const [start, cpu, bytes] = [performance.now(), cpuMicroseconds(terminal.pid), terminal.bytes]
  for (let round = 0; round < rounds * 2; round++) {
    let typed = ''
    for (const key of KEYS) {
      typed += key
      const line = typed
      const at = performance.now()
      terminal.type(key)
      await terminal.waitFor(screen => screen.text().some(row => row.includes(line)))
      echoes.push(performance.now() - at)
      // Not in step with the frames of the screen.
      await sleep(KEY_EVERY_MS + (echoes.length % 17))
    }
    terminal.type(CLEAR_LINE)
    await terminal.waitFor(screen => !screen.text().some(row => row.includes(typed)))
  }
  const seconds = (performance.now() - start) / 1_000
  const used = cpuMicroseconds(terminal.pid) - cpu
  stop()
  return {
    echoes,
    cpu: used / 1e6 / seconds,
    kibibytes: (terminal.bytes - bytes) / 1_024 / seconds,
  }
}

/** Numbered messages at a steady rate. */
class Flood {
  readonly #member: GifchatMember
  #said = 0

  constructor(member: GifchatMember) {
    this.#member = member
  }

  /** Says so many a second until the answered function is called. */
  start(perSecond: number): () => void {
    const begin = performance.now()
    const before = this.#said
    const timer = setInterval(() => {
      const due = before + ((performance.now() - begin) / 1_000) * perSecond
      while (this.#said < due) this.#say()
    }, 5)
    return () => clearInterval(timer)
  }

  /** Says so many a second until this many have been said in all. */
  async run(perSecond: number, until: number): Promise<void> {
    while (this.#said < until) {
      for (let count = 0; count < perSecond / 100 && this.#said < until; count++) this.#say()
      await sleep(10)
    }
  }

  #say(): void {
    this.#member.say(`said ${++this.#said} of the many things that people say when all talk at once`)
  }
}
