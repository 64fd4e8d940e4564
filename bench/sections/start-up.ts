import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { atMost, type Section } from '../section.ts'
import { median } from '../statistics.ts'

const PROGRAM = join(import.meta.dirname, '../../bin/gifchat.js')
/** How many starts a round has. A single one says little. */
const STARTS = 5

/** How long `gifchat --help` takes, compared with a Node.js that does nothing. */
export const startUp: Section = {
  name: 'start-up',
  async run({ rounds }) {
    const help: number[] = []
    const nothing: number[] = []
    for (let start = 0; start <= rounds * STARTS; start++) {
      const times = [timeOf([PROGRAM, '--help']), timeOf(['-e', '0'])] as const
      // The first start is not counted: it reads the files from the disk.
      if (start === 0) continue
      help.push(times[0])
      nothing.push(times[1])
    }
    return [
      {
        what: '`gifchat --help` / `node -e 0`, ms',
        values: { gifchat: `${median(help).toFixed(0)} / ${median(nothing).toFixed(0)}` },
        goals: [atMost({ text: '≤ 2 ×', times: 2 }, help, nothing)],
      },
    ]
  },
}

function timeOf(args: readonly string[]): number {
  const start = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  const time = performance.now() - start
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`)
  return time
}
