import { Contestants } from '../alternation.ts'
import { canKeepApart, keepOnCore } from '../cores.ts'
import { atMost, type BenchOptions, type Column, type Row, type Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'
import { allSubjects, WS_ECHO } from '../subjects.ts'

const EVERY_MS = 5
/** Messages in each round. */
const MESSAGES = 100

/**
 * How many people are in the room, and whether server and clients each have their own processor.
 */
interface Setting {
  readonly members: number
  readonly isApart: boolean
  readonly isJudged: boolean
}

/**
 * How long a talker waits for the ack when little happens. Peers without acks send the message
 * back. If the machine allows it, the goal is judged with the clients on another processor than the
 * server, as it is with clients on a network. If the system chooses, it sometimes gives both the
 * same processor. Then no other processor must be woken and the caches are warm. That changes from
 * round to round, and matters more than the difference between the servers.
 */
export const latency: Section = {
  name: 'latency',
  async run(options) {
    const rows: Row[] = []
    for (const [index, isApart] of (canKeepApart() ? [true, false] : [false]).entries()) {
      for (const members of [1, 10]) {
        rows.push(await waits(options, { members, isApart, isJudged: index === 0 }))
      }
    }
    return rows
  },
}

async function waits({ rounds, mongo }: BenchOptions, { members, isApart, isJudged }: Setting): Promise<Row> {
  const subjects = [...allSubjects(mongo).filter(({ column }) => column !== '`ws`'), WS_ECHO]
  await using contestants = await Contestants.start(subjects)
  if (isApart) {
    await contestants.each(async ({ server, load }) => {
      keepOnCore(0, server.pid)
      keepOnCore(1, load.pid)
    })
  }
  const results = new Map<Column, { readonly p50: number[]; readonly p99: number[] }>()
  await contestants.each(({ subject, server, load }) => {
    results.set(subject.column, { p50: [], p99: [] })
    return load.fill({ port: server.port, dialect: subject.dialect, rooms: 1, members })
  })
  await contestants.repeat(({ load }) => load.pace({ everyMs: 0, messages: 100 }))
  for (let round = 0; round <= rounds; round++) {
    await contestants.each(async ({ subject, load }) => {
      const times = await load.pace({ everyMs: EVERY_MS, messages: MESSAGES })
      // The first round is not counted: the pace has just changed.
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
  const place = isApart ? 'server and clients on a processor each' : 'wherever the system has them run'
  return {
    what: `ms to a durable ack, p50 / p99, ${members === 1 ? 'alone' : `room of ${members}`}, a message every ${EVERY_MS} ms, ${place}; to the echo for peers (\`ws\`: a bare echo, no room)`,
    values: Object.fromEntries(figures),
    goals: isJudged ? [atMost({ text: 'p50 ≤ 2 × `ws` echo', times: 2 }, own, echo)] : [],
  }
}
