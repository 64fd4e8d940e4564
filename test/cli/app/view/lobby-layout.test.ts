import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AppState } from '../../../../cli/app/model/app-state.ts'
import { LobbyRoomList } from '../../../../cli/app/model/lobby-room-list.ts'
import { filterLobbyRooms, type LobbyEvent } from '../../../../cli/app/model/lobby-state.ts'
import { lobbyRows } from '../../../../cli/app/view/lobby-layout.ts'
import { ko } from '../../../../cli/i18n/ko.ts'
import type { Row } from '../../../../cli/text/row.ts'
import type { RoomSummary } from '../../../../protocol/model.ts'
import { AppUnderTest, environmentOf, NOON, roomOf } from '../../../support/chat-fixtures.ts'
import { naively } from '../../../support/naive-lobby.ts'

const ROOMS = 10_000
const MINUTE_MS = 60_000

/** Room 0 is the newest. Every thousandth room has 🎉 in its title. */
const manyRooms = Array.from({ length: ROOMS }, (_, index) =>
  roomOf(`r${index}`, {
    createdAt: NOON - index * MINUTE_MS,
    title: `room ${index}${index % 1_000 === 0 ? ' 🎉' : ''}`,
  }),
)

function appWith(rooms: readonly RoomSummary[], environment = environmentOf()): AppUnderTest {
  const app = new AppUnderTest(environment)
  return app.network({ type: 'rooms', rooms })
}

const rowOf = (state: AppState, id: string) => lobbyRows(state).find(row => row.key === `room-${id}`)
const texts = (state: AppState) => lobbyRows(state).map(row => row.spans.map(span => span.text).join(''))

test('with ten thousand rooms, a thousand changes off the screen make no new row', () => {
  const app = appWith(manyRooms)
  const before = lobbyRows(app.state)
  const seen = [...before]
  for (let change = 0; change < 1_000; change++) {
    app.now += 10
    const room = `r${500 + change * 9}`
    app.network({ type: 'roomChanged', room, people: 2 + (change % 5) })
    const rows = lobbyRows(app.state)
    assert.equal(rows, before)
    for (const [index, row] of rows.entries()) assert.equal(row, seen[index])
  }
})

test('changes to rooms that the filter hides make no new row either', () => {
  const app = appWith(manyRooms).type('/').type('🎉')
  const before = lobbyRows(app.state)
  assert.match(texts(app.state)[0] ?? '', /10 of 10,?000/)
  app.network({ type: 'roomChanged', room: 'r1', people: 9 }, { type: 'roomChanged', room: 'r2', people: 9 })
  assert.equal(lobbyRows(app.state), before)
  app.network({ type: 'roomChanged', room: 'r1000', people: 9 })
  assert.match(texts(app.state).join('\n'), /room 1000 🎉 +9\/10/)
})

test('a change on the screen makes one new row, and so does an age whose text changes', () => {
  const app = appWith(manyRooms)
  const before = lobbyRows(app.state)
  app.network({ type: 'roomChanged', room: 'r3', people: 7 })
  const changed = lobbyRows(app.state).filter(row => !before.includes(row))
  assert.deepEqual(
    changed.map(row => row.key),
    ['room-r3'],
  )
  const [newest, old] = [rowOf(app.state, 'r0'), rowOf(app.state, 'r3')]
  app.now += 59_000
  app.apply({ type: 'tick' })
  assert.equal(rowOf(app.state, 'r0'), newest)
  app.now += 2_000
  app.apply({ type: 'tick' })
  assert.notEqual(rowOf(app.state, 'r0'), newest)
  assert.notEqual(rowOf(app.state, 'r3'), old)
})

const TITLES = [
  '',
  '점심 뭐 먹지',
  'night train',
  '👩‍👩‍👧 family',
  'a title that is longer than a narrow window',
]
const anyId = fc.nat(60).map(id => `r${id}`)
const anyRoom = fc
  .record({
    id: anyId,
    title: fc.constantFrom(...TITLES),
    people: fc.nat(10),
    hasPassword: fc.boolean(),
    createdAt: fc.nat(30 * MINUTE_MS).map(age => NOON - age),
  })
  .map(({ id, ...change }) => roomOf(id, change))
const anyEvent: fc.Arbitrary<LobbyEvent> = fc.oneof(
  fc.array(anyRoom, { maxLength: 80 }).map(rooms => ({ type: 'rooms', rooms }) as const),
  anyRoom.map(room => ({ type: 'newRoom', room }) as const),
  fc.tuple(anyId, fc.nat(10)).map(([room, people]) => ({ type: 'roomChanged', room, people }) as const),
  anyId.map(room => ({ type: 'removeRoom', room }) as const),
)
const anyAction = fc.oneof(
  { weight: 4, arbitrary: anyEvent.map(event => ({ event })) },
  { weight: 1, arbitrary: fc.constantFrom('down', 'up', 'pageDown', 'end', 'escape').map(key => ({ key })) },
  { weight: 1, arbitrary: fc.constantFrom('/', 'ㅈ', 'r5', '👩‍👩‍👧').map(text => ({ text })) },
  { weight: 1, arbitrary: fc.nat(5 * MINUTE_MS).map(later => ({ later })) },
)
const anySize = fc.constantFrom([80, 24] as const, [30, 12] as const, [200, 50] as const, [52, 5] as const)

/** The same screen from copies of the rooms and the environment, so that no cached row is used. */
function madeAnew(state: AppState, known: ReadonlyMap<string, RoomSummary> | undefined): readonly Row[] {
  const { filter } = state.lobby
  const rooms = known && LobbyRoomList.of(Array.from(known.values(), room => ({ ...room })))
  const visible = filterLobbyRooms(rooms ?? LobbyRoomList.empty, filter.text)
  return lobbyRows({
    ...state,
    environment: { ...state.environment },
    lobby: { ...state.lobby, rooms, visible },
  })
}

test('after any events, the rows are the same as those of a screen without cached rows', () => {
  fc.assert(
    fc.property(anySize, fc.boolean(), fc.array(anyAction, { maxLength: 60 }), (size, isKorean, actions) => {
      const [columns, rows] = size
      const app = new AppUnderTest(environmentOf(columns, rows, isKorean ? { texts: ko } : {}))
      let known: ReadonlyMap<string, RoomSummary> | undefined
      for (const action of actions) {
        if ('event' in action) {
          app.network(action.event)
          known = naively(known, action.event)
        } else if ('later' in action) {
          app.now += action.later
          app.apply({ type: 'tick' })
        } else if ('key' in action) app.press(action.key)
        else app.type(action.text)
        assert.deepEqual(lobbyRows(app.state), madeAnew(app.state, known))
      }
    }),
    { numRuns: 100 },
  )
})

test('however small the window is, the rows fill it and the last one shows keys', () => {
  for (const [columns, rows] of [
    [80, 24],
    [52, 5],
    [20, 5],
    [20, 3],
  ] as const) {
    for (const count of [0, 1, 9]) {
      const app = new AppUnderTest(environmentOf(columns, rows))
      app.network({ type: 'rooms', rooms: manyRooms.slice(0, count) })
      app.apply({
        type: 'begin',
        notice: () => 'a sentence that is longer than one row of a tiny window has',
      })
      const shown = lobbyRows(app.state).map(row => row.spans.map(span => span.text).join(''))
      assert.equal(shown.length, rows, `${columns}×${rows} with ${count} rooms`)
      assert.match(shown.at(-1) ?? '', /n new.*\? help/)
    }
  }
})

test('in a tiny window, rooms whose titles look alike are told apart by their ids, also off the screen', () => {
  const rooms = ['k3mw9x2a', 'h7k2mq9x'].map((id, index) =>
    roomOf(id, { title: index === 0 ? 'lunch today' : 'lunch tomorrow', createdAt: NOON - index }),
  )
  const app = appWith(rooms, environmentOf(20, 5))
  const chosen = () => texts(app.state).find(row => row.startsWith('›')) ?? ''
  assert.match(chosen(), /^› k3mw… /)
  app.press('down')
  assert.match(chosen(), /^› h7k2… /)
})

test('once the connection is closed for good, the only key that is left is shown', () => {
  for (const size of [[80, 24] as const, [20, 5] as const]) {
    const app = appWith(manyRooms.slice(0, 3), environmentOf(...size))
    app.network({ type: 'status', status: { state: 'closed', code: 4410, reason: 'serverEnded' } })
    assert.equal(texts(app.state).at(-1), ' q quit')
  }
})
