import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage } from '../../protocol/model.ts'
import { type ClientRecord, check, countOf, type Differences } from './checker.ts'

const user = { id: 'ann', color: '#000000' }
const message = (seq: number): ChatMessage => ({
  seq,
  user,
  clientMessageId: `m${seq}`,
  createdAt: seq,
  text: `text ${seq}`,
})
const history = [1, 2, 3, 4, 5].map(message)
const record: ClientRecord = {
  name: 'ann',
  user: 'ann',
  room: 'room',
  said: new Map(history.map(({ clientMessageId }) => [clientMessageId, ''])),
  acked: new Map(history.map(({ clientMessageId, seq }) => [clientMessageId, seq])),
  failed: new Set(),
  shown: history,
}

const checked = (changes: Partial<ClientRecord>, stored: readonly ChatMessage[] = history): Differences =>
  check([{ ...record, ...changes }], new Map([['room', stored]]))

const kindsOf = (differences: Differences): readonly string[] =>
  Object.entries(differences)
    .filter(([, list]) => list.length > 0)
    .map(([kind]) => kind)

test('the checker finds no difference in a run without a fault', () => {
  assert.equal(countOf(checked({})), 0)
  assert.equal(countOf(checked({ shown: history.slice(2) })), 0, 'who came later sees less')
})

test('the checker sees each kind of fault', () => {
  const cases: readonly (readonly [string, Differences])[] = [
    [
      'lostAcked',
      checked({
        acked: new Map([
          ['m1', 1],
          ['m2', 9],
        ]),
        said: new Map(),
      }),
    ],
    ['duplicated', checked({ shown: [...history.slice(0, 3), message(3), ...history.slice(3)] })],
    ['gaps', checked({ shown: [message(1), message(2), message(4), message(5)] })],
    ['gaps', checked({ shown: history.slice(0, 4) })],
    [
      'altered',
      checked({ shown: [...history.slice(0, 4), { ...message(5), text: 'other' } as ChatMessage] }),
    ],
    ['silent', checked({ acked: new Map([['m1', 1]]), said: new Map([['m5', '']]) })],
    ['falselyFailed', checked({ failed: new Set(['m3']) })],
  ]
  for (const [kind, differences] of cases) {
    assert.deepEqual(kindsOf(differences), [kind], kind)
  }
  const swapped = checked({ shown: [message(2), message(1), message(3), message(4), message(5)] })
  assert.ok(swapped.outOfOrder.length > 0)
  const lost = history.filter(({ seq }) => seq !== 3)
  assert.ok(checked({}, lost).lostAcked.length > 0 && checked({}, lost).gaps.length > 0)
  const doubled = [...history, { ...message(6), clientMessageId: 'm5' }]
  assert.ok(checked({}, doubled).duplicated.length > 0)
})
