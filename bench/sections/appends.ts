import { Contestants } from '../alternation.ts'
import type { TalkResult } from '../load/requests.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'
import { GIFCHAT } from '../subjects.ts'

const ROOMS = 10
const WINDOW = 64
/** Messages of each of the ten talkers in each round. */
const MESSAGES = 5_000
const GOAL = 50_000

/** How many messages a second the embedded store can keep when one core does everything. */
export const appends: Section = {
  name: 'appends',
  async run({ rounds }) {
    await using contestants = await Contestants.start([GIFCHAT])
    const results: TalkResult[] = []
    await contestants.each(({ server, load }) =>
      load.fill({ port: server.port, dialect: 'gifchat', rooms: ROOMS, members: 1 }),
    )
    const talk = { talkers: 1, window: WINDOW, messages: MESSAGES }
    await contestants.warmUp(() => talk)
    for (let round = 0; round < rounds; round++) {
      await contestants.measure(
        () => talk,
        result => results.push(result),
      )
    }
    const rate = median(results.map(({ answers, milliseconds }) => (answers / milliseconds) * 1_000))
    const cores = median(results.map(({ serverCpu, milliseconds }) => serverCpu / 1_000 / milliseconds))
    const loadShare = median(results.map(result => result.loadShare))
    const perSecond = Math.round(rate).toLocaleString('en')
    return [
      {
        what: `messages a second stored, acked and delivered, ${ROOMS} rooms × 1 talker, window ${WINDOW} (server's share of a core, load generator's)`,
        values: {
          gifchat: `${perSecond} (${cores.toFixed(2)}, ${loadShare.toFixed(2)}${loadShare >= 0.9 ? ' †' : ''})`,
        },
        goals: [{ text: '≥ 50,000', measured: perSecond, isMet: rate >= GOAL }],
      },
    ]
  },
}
