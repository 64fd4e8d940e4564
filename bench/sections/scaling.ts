import { Contestants } from '../alternation.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'
import { GIFCHAT } from '../subjects.ts'

/** A room has at most 1,000 people, so that 5,000 who listen are five rooms. */
const SHAPES = [
  { rooms: 1, members: 100, messages: 160 },
  { rooms: 1, members: 1_000, messages: 24 },
  { rooms: 5, members: 1_000, messages: 8 },
] as const
const TALKERS = 10
const WINDOW = 8
/** What still counts as flat. */
const FLAT = 1.1

/** Whether a delivery gets dearer when more people listen. */
export const scaling: Section = {
  name: 'scaling',
  async run({ rounds }) {
    await using contestants = await Contestants.start(SHAPES.map(() => GIFCHAT))
    const costs = SHAPES.map((): number[] => [])
    await contestants.each(({ server, load }, index) => {
      const { rooms, members } = SHAPES[index] ?? SHAPES[0]
      return load.fill({ port: server.port, dialect: 'gifchat', rooms, members })
    })
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      await contestants.each(async ({ server, load }, index) => {
        const { messages } = SHAPES[index] ?? SHAPES[0]
        const result = await load.talk({ serverPid: server.pid, talkers: TALKERS, window: WINDOW, messages })
        if (round > 0) costs[index]?.push(result.serverCpu / result.deliveries)
      })
    }
    const medians = costs.map(median)
    const dearest = Math.max(...medians.slice(1)) / (medians[0] ?? Number.NaN)
    return [
      {
        what: 'CPU µs per delivery with 100 / 1,000 / 5 × 1,000 listening, 10 talkers a room, window 8',
        values: { gifchat: medians.map(cost => cost.toFixed(2)).join(' / ') },
        goals: [{ text: 'flat or falling', measured: `${dearest.toFixed(2)} ×`, isMet: dearest <= FLAT }],
      },
    ]
  },
}
