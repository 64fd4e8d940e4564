import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Terminal } from '../../test/support/terminal.ts'
import { startBenchServer } from '../bench-server.ts'
import { Flood } from '../flood.ts'
import { cpuMicrosecondsSince, readCpu } from '../process-usage.ts'
import type { Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

const PER_SECOND = 1_000
/** The keys to type. Messages of others have lower case letters only. */
const KEYS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const KEY_EVERY_MS = 90
const CLEAR_LINE = '\x15'
const GOAL_MS = 50
const GOAL_CPU = 0.4
const GOAL_KIBIBYTES = 200

/** How typing feels in a room with 1,000 messages a second. */
export const composer: Section = {
  name: 'composer',
  async run({ rounds }) {
    await using server = await startBenchServer()
    const flood = await Flood.open(server)
    await using terminal = await flood.terminal(server)
    const typing = await typeInFlood(terminal, flood, rounds)
    flood.close()
    const p99 = quantile(typing.echoes, 0.99)
    return [
      {
        what: `composer under ${PER_SECOND.toLocaleString('en')} messages/s, echo p50 / p99 of ${typing.echoes.length} keys; CPU; output`,
        values: {
          gifchat: `${median(typing.echoes).toFixed(0)} / ${p99.toFixed(0)} ms; ${Math.round(typing.cpu * 100)} %; ${Math.round(typing.kibibytes)} KiB/s`,
        },
        goals: [
          { text: 'p99 ≤ 50 ms', measured: `${p99.toFixed(0)} ms`, isMet: p99 <= GOAL_MS },
          {
            text: 'CPU ≤ 40 %',
            measured: `${Math.round(typing.cpu * 100)} %`,
            isMet: typing.cpu <= GOAL_CPU,
          },
          {
            text: 'output ≤ 200 KiB/s',
            measured: `${Math.round(typing.kibibytes)} KiB/s`,
            isMet: typing.kibibytes <= GOAL_KIBIBYTES,
          },
        ],
      },
    ]
  },
}

interface Typing {
  /** Milliseconds from a key until the screen shows it. */
  readonly echoes: readonly number[]
  /** The share of one core that the client used. */
  readonly cpu: number
  readonly kibibytes: number
}

async function typeInFlood(terminal: Terminal, flood: Flood, rounds: number): Promise<Typing> {
  const stop = flood.start(PER_SECOND)
  await sleep(1_000)
  const echoes: number[] = []
  const [start, cpu, bytes] = [performance.now(), readCpu(terminal.pid), terminal.bytes]
  for (let round = 0; round < rounds * 2; round++) {
    let typed = ''
    for (const key of KEYS) {
      typed += key
      const line = typed
      const at = performance.now()
      terminal.type(key)
      await terminal.waitFor(screen => screen.text().some(row => row.includes(line)))
      echoes.push(performance.now() - at)
      // The interval varies, so that keys are not in step with the frames of the screen.
      await sleep(KEY_EVERY_MS + (echoes.length % 17))
    }
    terminal.type(CLEAR_LINE)
    await terminal.waitFor(screen => !screen.text().some(row => row.includes(typed)))
  }
  const seconds = (performance.now() - start) / 1_000
  const used = cpuMicrosecondsSince(terminal.pid, cpu)
  stop()
  return {
    echoes,
    cpu: used / 1e6 / seconds,
    kibibytes: (terminal.bytes - bytes) / 1_024 / seconds,
  }
}
