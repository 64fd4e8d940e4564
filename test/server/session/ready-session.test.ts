import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClientLink } from '../../../server/session/client-link.ts'
import { ReadySession } from '../../../server/session/ready-session.ts'

const session = () =>
  // No test here sends anything.
  new ReadySession({ id: 'ada', color: '#AABBCC' }, {} as ClientLink, { perSecond: 1, burst: 1 }, () => 0)

test('pages that a connection asks for at once are read one in a turn, also after one that failed', async () => {
  const ready = session()
  const read: number[] = []
  const reading = Array.from({ length: 5 }, (_, page) =>
    ready.readInTurn(async () => {
      read.push(page)
      if (page === 1) throw new Error('not this one')
    }),
  )
  const settled = Promise.allSettled(reading)
  while (read.length < 5) {
    const before = read.length
    await nextTurn()
    assert.ok(read.length - before <= 1)
  }
  assert.deepEqual(read, [0, 1, 2, 3, 4])
  assert.deepEqual(
    (await settled).map(({ status }) => status === 'fulfilled'),
    [true, false, true, true, true],
  )
})

test('nothing more is read for a connection that has gone', async () => {
  const closed = session()
  let reads = 0
  const reading = Array.from({ length: 3 }, () =>
    closed.readInTurn(async () => {
      reads++
    }),
  )
  closed.markClosed()
  await Promise.all(reading)
  assert.equal(reads, 1)
})
