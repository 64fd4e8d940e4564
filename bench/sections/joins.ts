import { performance } from 'node:perf_hooks'
import { startBenchServer } from '../bench-server.ts'
import { GifchatConnection } from '../load/gifchat-dialect.ts'
import { type MemberOptions, UNTALLIED } from '../load/member.ts'
import { LoadGenerator } from '../load-generator.ts'
import { cpuMicrosecondsSince, readCpu } from '../process-usage.ts'
import type { Column, Row, Section } from '../section.ts'
import { median } from '../statistics.ts'
import { allSubjects, type Subject } from '../subjects.ts'

const MEMBERS = 999
const WARM_UP = 200

/** A thousand people join one room at once. */
export const joins: Section = {
  name: 'joins',
  async run({ rounds }) {
    return [await arrivals(rounds, allSubjects(undefined)), await storm(rounds)]
  },
}

/** The whole way to a seat: connection, upgrade and join. */
async function arrivals(rounds: number, subjects: readonly Subject[]): Promise<Row> {
  const results = new Map<Column, { readonly rate: number; readonly cpu: number }[]>()
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      await using server = await subject.start()
      await using load = new LoadGenerator()
      // This warms up, and makes sure that the load generator runs.
      await load.fill({ port: server.port, dialect: subject.dialect, rooms: 1, members: WARM_UP })
      const before = readCpu(server.pid)
      const start = performance.now()
      await load.fill({ port: server.port, dialect: subject.dialect, rooms: 1, members: MEMBERS })
      const rate = (MEMBERS / (performance.now() - start)) * 1_000
      const cpu = cpuMicrosecondsSince(server.pid, before) / MEMBERS
      results.set(subject.column, [...(results.get(subject.column) ?? []), { rate, cpu }])
    }
  }
  const values = Array.from(results, ([column, measured]) => {
    const [rate, cpu] = [median(measured.map(({ rate }) => rate)), median(measured.map(({ cpu }) => cpu))]
    return [column, `${Math.round(rate).toLocaleString('en')} (${Math.round(cpu)} µs)`]
  })
  return {
    what: `people a second who connect and come into a room of ${MEMBERS}, 50 at a time (server CPU each)`,
    values: Object.fromEntries(values),
  }
}

/**
 * All are connected already and join in the same moment. One member was there before and is told of
 * them.
 */
async function storm(rounds: number): Promise<Row> {
  const rates: number[] = []
  const frames: number[] = []
  const bytes: number[] = []
  for (let round = 0; round < rounds; round++) {
    await using server = await startBenchServer()
    const options: MemberOptions = { port: server.port, from: '127.0.0.2', tally: UNTALLIED }
    const witness = await GifchatConnection.hello(options)
    const created = await witness.ask({ type: 'room.create', title: 'storm', max: MEMBERS + 1 })
    const { room } = JSON.parse(created)
    await witness.ask({ type: 'chat.join', room: room.id })
    const people = await Promise.all(
      Array.from({ length: MEMBERS }, () => GifchatConnection.hello({ ...options, from: '127.0.0.3' })),
    )
    const heard = hearOfAll(witness)
    const start = performance.now()
    await Promise.all(people.map(person => person.ask({ type: 'chat.join', room: room.id })))
    rates.push((MEMBERS / (performance.now() - start)) * 1_000)
    const told = await heard
    frames.push(told.frames)
    bytes.push(told.bytes / MEMBERS)
    for (const person of [witness, ...people]) person.wire.close()
  }
  return {
    what: `joins a second when ${MEMBERS} who are connected join one room at once; frames in which a member hears of them all, bytes of it for each`,
    values: {
      gifchat: `${Math.round(median(rates)).toLocaleString('en')}; ${median(frames)} frames, ${Math.round(median(bytes))} B`,
    },
  }
}

/** Counts what a member is told until everybody has joined. */
function hearOfAll(witness: GifchatConnection): Promise<{ readonly frames: number; readonly bytes: number }> {
  let frames = 0
  let size = 0
  return new Promise(resolve => {
    witness.onEvent = (bytes, start, end) => {
      frames++
      size += end - start
      const isLast = bytes.toString('latin1', end - 20, end).endsWith(`"people":${MEMBERS + 1}}`)
      if (isLast) resolve({ frames, bytes: size })
    }
  })
}
