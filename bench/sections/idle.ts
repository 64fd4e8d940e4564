import { setTimeout as sleep } from 'node:timers/promises'
import { LoadGenerator } from '../load-generator.ts'
import { residentBytes } from '../process-usage.ts'
import { atMost, type Column, type Section } from '../section.ts'
import { median } from '../statistics.ts'
import { allSubjects, type Subject } from '../subjects.ts'

const ROOMS = 1_000
const MEMBERS = 10
/** How long a server still works for the last joins, in milliseconds. */
const SETTLE_MS = 2_000

/** Resident memory of a connection with a seat in a room that sends nothing. */
export const idle: Section = {
  name: 'idle',
  async run({ rounds }) {
    // The store makes no difference to connections that send nothing.
    const subjects = allSubjects(undefined)
    const results = new Map<Column, number[]>(subjects.map(({ column }) => [column, []]))
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) results.get(subject.column)?.push(await kibibytesEach(subject))
    }
    const of = (column: Column): readonly number[] => results.get(column) ?? []
    return [
      {
        what: `KiB of server memory per idle connection, ${ROOMS.toLocaleString('en')} rooms × ${MEMBERS}`,
        values: Object.fromEntries(
          Array.from(results, ([column, sizes]) => [column, median(sizes).toFixed(1)]),
        ),
        goals: [
          atMost({ text: '≤ 60 % of Socket.IO', times: 0.6 }, of('gifchat'), of('Socket.IO')),
          atMost({ text: '≤ 1.1 × `ws`', times: 1.1 }, of('gifchat'), of('`ws`')),
        ],
      },
    ]
  },
}

async function kibibytesEach(subject: Subject): Promise<number> {
  await using server = await subject.start()
  await using load = new LoadGenerator()
  const before = residentBytes(server.pid)
  await load.fill({ port: server.port, dialect: subject.dialect, rooms: ROOMS, members: MEMBERS })
  await sleep(SETTLE_MS)
  return (residentBytes(server.pid) - before) / 1_024 / (ROOMS * MEMBERS)
}
