import { LIMITS } from '../../protocol/limits.ts'
import { Contestants } from '../alternation.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'
import { GIFCHAT } from '../subjects.ts'

/**
 * A room has at most 1,000 people. So its 5,000 members are 1,000 people with five connections
 * each.
 */
const SHAPES = [
  { members: 100, messages: 160 },
  { members: 1_000, messages: 24 },
  { members: 5_000, messages: 8 },
] as const
const TALKERS = 10
const WINDOW = 8
/** The growth that still counts as flat. */
const FLAT = 1.1

/** Whether a delivery costs more when the room has more members. */
export const scaling: Section = {
  name: 'scaling',
  async run({ rounds }) {
    await using contestants = await Contestants.start(SHAPES.map(() => GIFCHAT))
    const costs = SHAPES.map((): number[] => [])
    await contestants.each(({ server, load }, index) => {
      const { members } = SHAPES[index] ?? SHAPES[0]
      const people = Math.min(members, LIMITS.roomMaxHighest)
      return load.fill({ port: server.port, dialect: 'gifchat', rooms: 1, members, people })
    })
    const talkOf = (index: number) => {
      const { messages } = SHAPES[index] ?? SHAPES[0]
      return { talkers: TALKERS, window: WINDOW, messages }
    }
    await contestants.warmUp(talkOf)
    for (let round = 0; round < rounds; round++) {
      await contestants.measure(talkOf, (result, _subject, index) => {
        costs[index]?.push(result.serverCpu / result.deliveries)
      })
    }
    const medians = costs.map(median)
    const dearest = Math.max(...medians.slice(1)) / (medians[0] ?? Number.NaN)
    return [
      {
        what: 'CPU µs per delivery, 100 / 1,000 / 5,000 connections in one room, 10 talkers, window 8',
        values: { gifchat: medians.map(cost => cost.toFixed(2)).join(' / ') },
        goals: [{ text: 'flat or falling', measured: `${dearest.toFixed(2)} ×`, isMet: dearest <= FLAT }],
      },
    ]
  },
}
