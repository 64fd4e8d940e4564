import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage } from '../../protocol/model.ts'
import { type ClientRecord, check, countOf, type Differences, type Evidence } from './checker.ts'

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

const checked = (changes: Partial<ClientRecord>, more: Partial<Evidence> = {}): Differences =>
  check({
    records: [{ ...record, ...changes }],
    stored: new Map([['room', history]]),
    crowds: [{ name: 'ann', people: 2, capacity: 2 }],
    gifs: [{ name: 'gif 1', server: 'one', outcome: 'same' }],
    listings: [{ server: 'one', people: new Map([['room', 1]]) }],
    left: { rooms: 0, chats: 0 },
    ...more,
  })
const storing = (stored: readonly ChatMessage[]) => checked({}, { stored: new Map([['room', stored]]) })
const listing = (...rooms: readonly [string, number][]) =>
  checked({}, { listings: [{ server: 'two', people: new Map(rooms) }] })
const fetching = (outcome: 'other' | 'none') =>
  checked({}, { gifs: [{ name: 'gif 1', server: 'two', outcome }] })

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
    ['wrongGifs', fetching('other')],
    ['wrongGifs', fetching('none')],
    ['ghosts', listing(['room', 2])],
    ['ghosts', listing()],
    ['ghosts', listing(['room', 1], ['nobody is here', 1])],
    ['overCapacity', checked({}, { crowds: [{ name: 'ann', people: 3, capacity: 2 }] })],
    ...['rooms', 'messages', 'GIFs', 'chunks of GIFs', 'takeovers', 'seats', 'nodes'].map(
      what => ['leftOver', checked({}, { left: { [what]: 1 } })] as const,
    ),
  ]
  for (const [kind, differences] of cases) {
    assert.deepEqual(kindsOf(differences), [kind], kind)
  }
  const swapped = checked({ shown: [message(2), message(1), message(3), message(4), message(5)] })
  assert.ok(swapped.outOfOrder.length > 0)
  const lost = storing(history.filter(({ seq }) => seq !== 3))
  assert.ok(lost.lostAcked.length > 0 && lost.gaps.length > 0)
  assert.ok(storing([...history, { ...message(6), clientMessageId: 'm5' }]).duplicated.length > 0)
})
