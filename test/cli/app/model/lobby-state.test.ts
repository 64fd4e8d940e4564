import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  beginLobbyFilter,
  emptyLobby,
  type LobbyEvent,
  type LobbyState,
  pressInLobby,
  selectedLobbyRoom,
  withLobbyEvent,
} from '../../../../cli/app/model/lobby-state.ts'
import type { RoomSummary } from '../../../../protocol/model.ts'
import { NOON, roomOf } from '../../../support/chat-fixtures.ts'
import { listedNaively, naively } from '../../../support/naive-lobby.ts'

const rooms = ['a', 'b', 'c'].map((id, age) => roomOf(id, { createdAt: NOON - age * 1_000 }))
const listed = withLobbyEvent(emptyLobby, { type: 'rooms', rooms })

const press = (lobby: LobbyState, ...keys: readonly string[]): LobbyState =>
  keys.reduce(
    (next, key) =>
      pressInLobby(next, key.length === 1 ? { type: 'text', text: key } : { type: 'key', key }, 2) ?? next,
    lobby,
  )
const ids = (lobby: LobbyState) => Array.from(lobby.visible, room => room.id)

test('the newest room stands first and is chosen', () => {
  assert.deepEqual(ids(listed), ['a', 'b', 'c'])
  assert.equal(selectedLobbyRoom(listed)?.id, 'a')
})

test('arrows, j and k, pages and ends move the choice, and stop at the ends', () => {
  assert.equal(press(listed, 'down', 'j').selected, 'c')
  assert.equal(press(listed, 'down', 'j', 'j', 'k').selected, 'b')
  assert.equal(press(listed, 'pageDown').selected, 'c')
  assert.equal(press(listed, 'G', 'g').selected, 'a')
  assert.equal(press(listed, 'end', 'up').selected, 'b')
})

test('the choice stays on its room while others come and go', () => {
  const chosen = press(listed, 'down')
  const more = withLobbyEvent(chosen, { type: 'newRoom', room: roomOf('new', { createdAt: NOON + 1 }) })
  assert.deepEqual(ids(more), ['new', 'a', 'b', 'c'])
  assert.equal(more.selected, 'b')
  const fewer = withLobbyEvent(more, { type: 'removeRoom', room: 'a' })
  assert.equal(fewer.selected, 'b')
})

test('when the chosen room goes, the one in its place is chosen; the last leaves none', () => {
  const chosen = press(listed, 'down')
  assert.equal(withLobbyEvent(chosen, { type: 'removeRoom', room: 'b' }).selected, 'c')
  assert.equal(withLobbyEvent(press(listed, 'G'), { type: 'removeRoom', room: 'c' }).selected, 'b')
  const none = ['a', 'b', 'c'].reduce(
    (lobby, room) => withLobbyEvent(lobby, { type: 'removeRoom', room }),
    listed,
  )
  assert.equal(none.selected, undefined)
  assert.deepEqual(ids(press(none, 'down', 'up', 'G')), [])
})

test('head counts change in place, and of a room unknown nothing', () => {
  assert.equal(
    withLobbyEvent(listed, { type: 'roomChanged', room: 'b', people: 7 }).rooms?.get('b')?.people,
    7,
  )
  assert.equal(withLobbyEvent(listed, { type: 'roomChanged', room: 'x', people: 7 }), listed)
})

test('typing after / filters by title or whole id, and Escape shows all again', () => {
  const titled = withLobbyEvent(emptyLobby, {
    type: 'rooms',
    rooms: [roomOf('x1', { title: 'Büro 파티' }), roomOf('y2', { title: 'quiet' })],
  })
  assert.deepEqual(ids(press(titled, '/', '파', '티')), ['x1'])
  assert.deepEqual(ids(press(titled, '/', 'y', '2')), ['y2'])
  assert.equal(press(titled, '/', 'q', 'u').selected, 'y2')
  const cleared = press(titled, '/', 'q', 'escape')
  assert.equal(ids(cleared).length, 2)
  assert.equal(cleared.isFiltering, false)
})

test('initials find Korean titles, and consonants in a title as well', () => {
  const titled = withLobbyEvent(emptyLobby, {
    type: 'rooms',
    rooms: [
      roomOf('x1', { title: '오늘 점심 뭐 먹지' }),
      roomOf('y2', { title: '점 찍는 방' }),
      roomOf('z3', { title: 'ㅋㅋㅋ' }),
    ],
  })
  assert.deepEqual(ids(press(titled, '/', 'ㅈ', 'ㅅ')), ['x1'])
  assert.deepEqual(ids(press(titled, '/', 'ㅈ')), ['x1', 'y2'])
  assert.deepEqual(ids(press(titled, '/', 'ㅋ', 'ㅋ')), ['z3'])
  assert.deepEqual(ids(press(titled, '/', 'ㅗ')), [])
})

test('j and k move the choice also while Hangul is switched on', () => {
  assert.equal(press(listed, 'ㅓ', 'ㅓ', 'ㅏ').selected, 'b')
})

test('a letter that means nothing is left to others', () => {
  assert.equal(pressInLobby(listed, { type: 'text', text: 'n' }, 2), undefined)
})

test('a word that is no key looks for a room, whatever its letters mean afterwards', () => {
  const titled = withLobbyEvent(emptyLobby, {
    type: 'rooms',
    rooms: [roomOf('x1', { title: '파티' }), roomOf('y2', { title: 'night train' })],
  })
  const looking = beginLobbyFilter(titled, 't')
  assert.deepEqual(ids(press(looking, 'r', 'a', 'i', 'n')), ['y2'])
  assert.deepEqual(ids(press(beginLobbyFilter(titled, '파'), '티')), ['x1'])
})

const anyId = fc.nat(30).map(id => `r${id}`)
const anyRoom = fc
  .record({
    id: anyId,
    title: fc.constantFrom('Night train', 'night owls', '점심 뭐 먹지', '점'),
    people: fc.nat(9),
    createdAt: fc.nat(20).map(age => NOON - age),
  })
  .map(({ id, ...change }) => roomOf(id, change))
const anyEvent: fc.Arbitrary<LobbyEvent> = fc.oneof(
  fc.array(anyRoom, { maxLength: 40 }).map(rooms => ({ type: 'rooms', rooms }) as const),
  anyRoom.map(room => ({ type: 'newRoom', room }) as const),
  fc.tuple(anyId, fc.nat(9)).map(([room, people]) => ({ type: 'roomChanged', room, people }) as const),
  anyId.map(room => ({ type: 'removeRoom', room }) as const),
)
const anyKey = fc.constantFrom('down', 'up', 'end', 'escape', 'backspace', '/', 'n', 'ㅈ', 'ㅁ')

/** What each filter that these keys can type lets through, written down apart from the program. */
const isWanted = (text: string, { title }: RoomSummary): boolean =>
  title.toLowerCase().includes(text) || (/^[ㅈㅁ]+$/.test(text) && INITIALS[title]?.includes(text) === true)
const INITIALS: Readonly<Record<string, string>> = { '점심 뭐 먹지': 'ㅈㅅ ㅁ ㅁㅈ', 점: 'ㅈ' }

test('after any events and keys the list shows and chooses what is worked out anew each time', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyEvent, anyKey), { maxLength: 80 }), steps => {
      let lobby = emptyLobby
      let known: ReadonlyMap<string, RoomSummary> | undefined
      for (const step of steps) {
        const [shown, { selected }] = [ids(lobby), lobby]
        if (typeof step === 'string') lobby = press(lobby, step)
        else {
          lobby = withLobbyEvent(lobby, step)
          known = naively(known, step)
        }
        const visible = listedNaively(known ?? new Map()).filter(room => isWanted(lobby.filter.text, room))
        assert.deepEqual([...lobby.visible], visible)
        assert.equal(lobby.rooms?.size, known?.size)
        if (typeof step === 'string') continue
        // The choice stays, or goes to what stands where the chosen room stood.
        const place = Math.max(0, Math.min(shown.indexOf(selected ?? ''), visible.length - 1))
        const stays = visible.some(({ id }) => id === selected)
        assert.equal(lobby.selected, stays ? selected : visible[place]?.id)
      }
    }),
    { numRuns: 300 },
  )
})
