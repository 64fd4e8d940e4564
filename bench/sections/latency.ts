import { Contestants } from '../alternation.ts'
import { atMost, type BenchOptions, type Column, type Row, type Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'
import { allSubjects, WS_ECHO } from '../subjects.ts'

const EVERY_MS = 5
/** In each round. */
const MESSAGES = 100

/** How long a talker waits for the ack when little happens; peers without acks send the message back. */
export const latency: Section = {
  name: 'latency',
  run: async options => [await waits(options, 1), await waits(options, 10)],
}

async function waits({ rounds, mongo }: BenchOptions, members: number): Promise<Row> {
  const subjects = [...allSubjects(mongo).filter(({ column }) => column !== '`ws`'), WS_ECHO]
  await using contestants = await Contestants.start(subjects)
  const results = new Map<Column, { readonly p50: number[]; readonly p99: number[] }>()
  await contestants.each(({ subject, server, load }) => {
    results.set(subject.column, { p50: [], p99: [] })
    return load.fill({ port: server.port, dialect: subject.dialect, rooms: 1, members })
  })
  await contestants.repeat(({ load }) => load.pace({ everyMs: 0, messages: 100 }))
  for (let round = 0; round <= rounds; round++) {
    await contestants.each(async ({ subject, load }) => {
      const times = await load.pace({ everyMs: EVERY_MS, messages: MESSAGES })
      // In the first round the pace is new.
      if (round === 0) return
      results.get(subject.column)?.p50.push(quantile(times, 0.5))
      results.get(subject.column)?.p99.push(quantile(times, 0.99))
    })
  }
  const figures = Array.from(results, ([column, { p50, p99 }]) => [
    column,
    `${median(p50).toFixed(2)} / ${median(p99).toFixed(2)}`,
  ])
  const [own, echo] = [results.get('gifchat')?.p50 ?? [], results.get('`ws`')?.p50 ?? []]
  return {
    what: `ms to a durable ack, p50 / p99, ${members === 1 ? 'alone' : `room of ${members}`}, a message every ${EVERY_MS} ms; to the echo for peers (\`ws\`: a bare echo, no room)`,
    values: Object.fromEntries(figures),
    goals: [atMost({ text: 'p50 ≤ 2 × `ws` echo', times: 2 }, own, echo)],
  }
}
