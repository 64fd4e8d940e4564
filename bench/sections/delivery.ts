import { Contestants } from '../alternation.ts'
import type { TalkResult } from '../load/requests.ts'
import { atMost, type BenchOptions, type Column, type Goal, type Row, type Section } from '../section.ts'
import { median } from '../statistics.ts'
import { allSubjects } from '../subjects.ts'

interface Workload {
  readonly talkers: number
  readonly window: number
  /** Messages of each talker in one measurement. */
  readonly messages: number
  /** The goal: at most this many times the processor time of Socket.IO and of Bun. */
  readonly goals?: { readonly socketIo: number; readonly bun: number }
}

interface Shape {
  readonly name: string
  readonly rooms: number
  readonly members: number
  readonly workloads: readonly Workload[]
}

const SHAPES: readonly Shape[] = [
  {
    name: 'delivery-100',
    rooms: 1,
    members: 100,
    workloads: [
      { talkers: 10, window: 8, messages: 120, goals: { socketIo: 1 / 15, bun: 1.2 } },
      { talkers: 1, window: 8, messages: 400 },
      { talkers: 10, window: 1, messages: 60, goals: { socketIo: 1 / 5, bun: 2 } },
      { talkers: 1, window: 1, messages: 200 },
    ],
  },
  {
    name: 'delivery-1000',
    rooms: 1,
    members: 1_000,
    workloads: [
      { talkers: 10, window: 8, messages: 16, goals: { socketIo: 1 / 20, bun: 1 } },
      { talkers: 10, window: 1, messages: 6 },
      { talkers: 1, window: 8, messages: 40 },
    ],
  },
  {
    name: 'delivery-rooms',
    rooms: 100,
    members: 10,
    workloads: [
      { talkers: 1, window: 8, messages: 30 },
      { talkers: 1, window: 1, messages: 15 },
    ],
  },
]

/**
 * A workload with goals gets so many times the rounds. Single rounds differ by some 8 %, and a goal
 * can be as near as that.
 */
export const ROUNDS_FOR_GOALS = 2

/** When the load generator is this busy, it limits the rate. */
const BUSY_SHARE = 0.9

/**
 * The cost of one message to one member, by the shape of the rooms and by how many messages come at
 * once.
 */
export const deliverySections: readonly Section[] = SHAPES.map(shape => ({
  name: shape.name,
  run: options => measureShape(shape, options),
}))

async function measureShape(shape: Shape, { rounds, mongo }: BenchOptions): Promise<readonly Row[]> {
  await using contestants = await Contestants.start(allSubjects(mongo))
  await contestants.each(({ subject, server, load }) =>
    load.fill({ port: server.port, dialect: subject.dialect, rooms: shape.rooms, members: shape.members }),
  )
  const rows: Row[] = []
  for (const workload of shape.workloads) {
    await contestants.warmUp(() => workload)
    const results = new Map<Column, TalkResult[]>()
    // The first round is not counted: the server settles in again after the others' warm-up.
    const last = workload.goals === undefined ? rounds : rounds * ROUNDS_FOR_GOALS
    for (let round = 0; round <= last; round++) {
      await contestants.measure(
        () => workload,
        (result, { column }) => {
          if (round > 0) results.set(column, [...(results.get(column) ?? []), result])
        },
      )
    }
    rows.push(rowOf(shape, workload, results))
  }
  return rows
}

function rowOf(shape: Shape, workload: Workload, results: ReadonlyMap<Column, readonly TalkResult[]>): Row {
  const { rooms, members } = shape
  const { talkers, window } = workload
  return {
    what: `CPU µs per delivery (deliveries/s): ${rooms} × ${members.toLocaleString('en')}, ${talkers === 1 ? '1 talker' : `${talkers} talkers`}${rooms === 1 ? '' : ' each'}, window ${window}`,
    values: Object.fromEntries(Array.from(results, ([column, rounds]) => [column, figureOf(rounds)])),
    goals: goalsOf(workload, results),
  }
}

const costs = (rounds: readonly TalkResult[]): readonly number[] =>
  rounds.map(({ serverCpu, deliveries }) => serverCpu / deliveries)

function figureOf(rounds: readonly TalkResult[]): string {
  const perSecond = median(rounds.map(({ deliveries, milliseconds }) => (deliveries / milliseconds) * 1_000))
  const isLimited = median(rounds.map(({ loadShare }) => loadShare)) >= BUSY_SHARE
  return `${median(costs(rounds)).toFixed(2)} (${Math.round(perSecond / 1_000).toLocaleString('en')} k${isLimited ? ' †' : ''})`
}

function goalsOf({ goals }: Workload, results: ReadonlyMap<Column, readonly TalkResult[]>): readonly Goal[] {
  const own = results.get('gifchat')
  if (goals === undefined || own === undefined) return []
  const limits = [
    {
      column: 'Socket.IO',
      text: `≤ 1/${Math.round(1 / goals.socketIo)} of Socket.IO`,
      times: goals.socketIo,
    },
    { column: 'Bun', text: `≤ ${goals.bun} × Bun`, times: goals.bun },
  ] as const
  return limits.flatMap(({ column, text, times }) => {
    const other = results.get(column)
    return other === undefined ? [] : [atMost({ text, times }, costs(own), costs(other))]
  })
}
