import { freePort } from '../../test/support/server-process.ts'
import { Contestants } from '../alternation.ts'
import { atMost, type Section } from '../section.ts'
import { median } from '../statistics.ts'
import { gifchatWith } from '../subjects.ts'

const MEMBERS = 100
const TALK = { talkers: 10, window: 8, messages: 120 }
/** As often as Prometheus asks by default: every 15 s. */
const SCRAPE_MS = 15_000
/** The difference is smaller than that between two rounds, so there are more of them. */
const ROUNDS_FACTOR = 4

/** What it costs a server that its work is counted, and asked for. */
export const metrics: Section = {
  name: 'metrics',
  async run({ rounds }) {
    const port = await freePort()
    await using contestants = await Contestants.start([
      gifchatWith([]),
      gifchatWith(['--metrics-port', String(port)]),
    ])
    await contestants.each(({ server, load }) =>
      load.fill({ port: server.port, dialect: 'gifchat', rooms: 1, members: MEMBERS }),
    )
    const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    const scraping = setInterval(scrape, SCRAPE_MS)
    const costs: [uncounted: number[], counted: number[]] = [[], []]
    try {
      await scrape()
      await contestants.warmUp(() => TALK)
      // The first round is not counted: the server settles in again after the other's warm-up.
      for (let round = 0; round <= rounds * ROUNDS_FACTOR; round++) {
        await contestants.measure(
          () => TALK,
          ({ serverCpu, deliveries }, _, index) => {
            if (round > 0) costs[index]?.push(serverCpu / deliveries)
          },
        )
      }
    } finally {
      clearInterval(scraping)
    }
    const [uncounted, counted] = costs
    return [
      {
        what: `CPU µs per delivery without / with \`--metrics-port\`, 1 × ${MEMBERS}, 10 talkers, window 8`,
        values: { gifchat: `${median(uncounted).toFixed(3)} / ${median(counted).toFixed(3)}` },
        goals: [atMost({ text: '≤ 1.02 ×', times: 1.02 }, counted, uncounted)],
      },
    ]
  },
}
