import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LobbyRoomList } from '../../../../cli/app/model/lobby-room-list.ts'
import { NOON, roomOf } from '../../../support/chat-fixtures.ts'
import { listedNaively } from '../../../support/naive-lobby.ts'

const room = (id: string, age: number, people = 1) => roomOf(id, { createdAt: NOON - age, people })

const anyId = fc.integer({ min: 0, max: 600 }).map(String)
const anyRoom = fc.tuple(anyId, fc.nat(50), fc.nat(9)).map(([id, age, people]) => room(id, age, people))
const anyChange = fc.oneof(
  anyRoom.map(added => ({ added })),
  anyId.map(removed => ({ removed })),
)

test('after any changes a list equals a sorted map, and earlier lists stay unchanged', () => {
  fc.assert(
    fc.property(
      fc.array(anyRoom, { maxLength: 400, size: 'max' }),
      fc.array(anyChange, { maxLength: 400, size: 'max' }),
      (first, changes) => {
        const naive = new Map(first.map(known => [known.id, known]))
        let list = LobbyRoomList.of(first)
        const [before, expectedBefore] = [list, listedNaively(naive)]
        for (const change of changes) {
          if ('added' in change) {
            naive.set(change.added.id, change.added)
            list = list.with(change.added)
          } else {
            naive.delete(change.removed)
            list = list.without(change.removed)
          }
        }
        const expected = listedNaively(naive)
        assert.deepEqual([...list], expected)
        assert.equal(list.size, expected.length)
        assert.deepEqual(list.slice(3, 200), expected.slice(3, 200))
        for (const [index, { id }] of expected.entries()) {
          assert.equal(list.indexOf(id), index)
          assert.equal(list.at(index), expected[index])
          assert.equal(list.get(id), expected[index])
          assert.equal(list.has(id), true)
        }
        for (let id = 0; id <= 600; id++) assert.equal(list.has(`${id}`), naive.has(`${id}`))
        assert.deepEqual([...before], expectedBefore)
      },
    ),
    { numRuns: 60 },
  )
})

test('a room that was removed or is unknown has no index', () => {
  const list = LobbyRoomList.of([room('a', 0), room('b', 1)])
  assert.equal(list.without('a').indexOf('a'), -1)
  assert.equal(list.without('a').get('a'), undefined)
  assert.equal(list.without('unknown'), list)
  assert.equal(LobbyRoomList.empty.at(0), undefined)
})
