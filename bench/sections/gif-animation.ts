import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ringsGif } from '../../test/desktop/rings-gif.ts'
import { RecordedClient } from '../../test/support/recorded-client.ts'
import { openTerminal } from '../../test/support/terminal.ts'
import { startBenchServer } from '../bench-server.ts'
import { cpuMicrosecondsSince, readCpu } from '../process-usage.ts'
import type { Goal, Row, Section } from '../section.ts'
import { median } from '../statistics.ts'

const SETTLE_MS = 3_000
const WATCH_MS = 6_000
/** Pixels a side, which are 40×20 cells. */
const SIDE = 200

interface Scene {
  readonly what: string
  readonly gifs: number
  readonly graphics: string
  readonly mostPercent: number
  /** Whether no byte at all may be written. */
  readonly isSilent: boolean
}

const SCENES: readonly Scene[] = [
  { what: 'no GIF', gifs: 0, graphics: 'truecolor', mostPercent: 0.5, isSilent: true },
  { what: 'one GIF, half blocks', gifs: 1, graphics: 'truecolor', mostPercent: 3, isSilent: false },
  { what: 'five GIFs, half blocks', gifs: 5, graphics: 'truecolor', mostPercent: 6, isSilent: false },
  { what: 'five GIFs, kitty', gifs: 5, graphics: 'kitty', mostPercent: 0.5, isSilent: true },
]

/** The cost of GIFs that play on the screen and change every cell ten times a second. */
export const gifAnimation: Section = {
  name: 'gif-animation',
  async run({ rounds }) {
    const rows: Row[] = []
    for (const scene of SCENES) {
      const looks: Look[] = []
      for (let round = 0; round < rounds; round++) looks.push(await watch(scene))
      rows.push(rowOf(scene, looks))
    }
    return rows
  },
}

interface Look {
  /** The share of one core that the client used. */
  readonly percent: number
  readonly bytesPerSecond: number
}

function rowOf({ what, mostPercent, isSilent }: Scene, looks: readonly Look[]): Row {
  const percent = median(looks.map(look => look.percent))
  const bytes = median(looks.map(look => look.bytesPerSecond))
  const kibibytes = `${(bytes / 1024).toFixed(0)} KiB/s`
  const goals: Goal[] = [
    { text: `≤ ${mostPercent} %`, measured: `${percent.toFixed(2)} %`, isMet: percent <= mostPercent },
    ...(isSilent ? [{ text: '0 bytes', measured: `${bytes} bytes/s`, isMet: bytes === 0 }] : []),
  ]
  return {
    what: `client CPU of a core and bytes to the terminal, ${what} of 40×20 cells at 10 frames a second`,
    values: { gifchat: `${percent.toFixed(2)} %, ${isSilent && bytes === 0 ? '0 bytes/s' : kibibytes}` },
    goals,
  }
}

/** Shows a room with so many different GIFs, all of them on the screen. */
async function watch({ gifs, graphics }: Scene): Promise<Look> {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-bench-gifs-'))
  await using server = await startBenchServer()
  await using talker = await RecordedClient.connect({ server: server.url })
  const room = await talker.client.createRoom({ title: 'cinema', max: 5 })
  await talker.client.join(room.id)
  for (let index = 0; index < gifs; index++) {
    const path = join(directory, `rings-${index}.gif`)
    await writeFile(path, ringsGif({ width: SIDE, height: SIDE - index, delayMs: 100 }))
    await talker.client.sendGif(room.id, path).acked
  }
  await using terminal = await openTerminal({
    args: ['join', `${server.url}/${room.id}`],
    columns: 100,
    rows: 24 * Math.max(2, gifs) + 10,
    env: { GIFCHAT_GRAPHICS: graphics },
  })
  await terminal.waitFor('cinema')
  await sleep(SETTLE_MS + gifs * 500)
  const [cpu, bytes, startedAt] = [readCpu(terminal.pid), terminal.bytes, performance.now()]
  await sleep(WATCH_MS)
  const milliseconds = performance.now() - startedAt
  const percent = cpuMicrosecondsSince(terminal.pid, cpu) / 1_000 / milliseconds
  const written = terminal.bytes - bytes
  await rm(directory, { recursive: true })
  return { percent: percent * 100, bytesPerSecond: written / (milliseconds / 1_000) }
}
