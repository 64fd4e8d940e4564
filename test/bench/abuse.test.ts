import assert from 'node:assert/strict'
import { setMaxListeners } from 'node:events'
import { test } from 'node:test'
import { ABUSES } from '../../bench/abuse/abuses.ts'
import { newTally } from '../../bench/abuse/flood-connection.ts'
import { type Row, rowOf, tableHead, tableLine } from '../../bench/abuse/report.ts'
import { seededRandom } from '../chaos/random.ts'
import { startTestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

const MIB = 1024 * 1024
const [ping] = ABUSES
assert.ok(ping)

const rowWith = (changes: {
  readonly p99?: number
  readonly memory?: number
  readonly refusals?: string[]
}) =>
  rowOf(ping, {
    variant: 'so',
    without: { acks: [1, 1, 2], visits: [10, 12], refusals: [] },
    beside: { acks: [2, 2, changes.p99 ?? 6], visits: [20, 30], refusals: changes.refusals ?? [] },
    flood: newTally(),
    mostMemory: changes.memory ?? 400 * MIB,
    mostDisk: MIB,
    logBytes: 0,
  })
const missed = ({ goals }: Row) => goals.filter(({ isMet }) => !isMet).map(({ text }) => text)

test('a row of `npm run abuse` says which goals were missed', () => {
  assert.deepEqual(missed(rowWith({})), [])
  assert.deepEqual(missed(rowWith({ p99: 6.2 })), ['p99 3.1 ×'])
  assert.deepEqual(missed(rowWith({ memory: 401 * MIB })), ['401 MiB'])
  assert.deepEqual(missed(rowWith({ refusals: ['no'] })), ['1 refused'])
})

test('each row of `npm run abuse` has as many cells as the head', () => {
  const cells = (line: string) => line.split('|').length
  const [head = ''] = tableHead().split('\n')
  assert.equal(cells(tableLine(rowWith({}))), cells(head))
})

for (const abuse of ABUSES) {
  const [variant = '', begin] = Object.entries(abuse.variants)[0] ?? []
  test(`the flood ${abuse.name} reaches the server, and stops when it is told to`, async () => {
    await using server = await startTestServer()
    await using owner = await WireClient.hello(server.url)
    const { room } = await owner.ask({ type: 'room.create', title: 'x', password: 'x' }, 'room.created')
    const tally = newTally()
    const { port } = server
    const ground = { port, tally, random: seededRandom(1), pairRoom: room.id, lockedRoom: room.id }
    const flood = await begin?.(ground)
    assert.ok(flood, variant)
    Object.assign(tally, newTally())
    const ended = new AbortController()
    setMaxListeners(0, ended.signal)
    const flooding = flood(ended.signal)
    while (tally.connected === 0) await owner.ask({ type: 'room.list' }, 'room.list')
    ended.abort()
    await flooding
  })
}
