import type { RoomId, RoomSummary } from '../../../protocol/model.ts'
import type { ClientEvent } from '../../connection/client-events.ts'
import { type EditorState, edit, emptyEditor } from '../../text/editor/editor.ts'
import { editorCommandOf } from '../../text/editor/editor-keys.ts'
import { initialsOf, isInitials, keyOfVowel } from '../../text/editor/hangul.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'

/** The list of rooms. */
export interface LobbyState {
  /** Undefined until the server has told. */
  readonly rooms: ReadonlyMap<RoomId, RoomSummary> | undefined
  /** The chosen room itself, so that the choice stays on it while others come and go. */
  readonly selected: RoomId | undefined
  readonly filter: EditorState
  readonly isFiltering: boolean
}

export type LobbyEvent = Extract<ClientEvent, { type: 'rooms' | 'newRoom' | 'roomChanged' | 'removeRoom' }>

export const emptyLobby: LobbyState = {
  rooms: undefined,
  selected: undefined,
  filter: emptyEditor,
  isFiltering: false,
}

/** What was listed last of these rooms: between two words from the server the list is asked for many times. */
const listed = new WeakMap<object, { readonly wanted: string; readonly rooms: readonly RoomSummary[] }>()

/** The rooms that are shown: newest first, only those with the filter's text in their title or id. */
export function visibleRooms({
  rooms,
  filter,
}: Pick<LobbyState, 'rooms' | 'filter'>): readonly RoomSummary[] {
  if (rooms === undefined) return []
  const wanted = filter.text.trim()
  const known = listed.get(rooms)
  if (known?.wanted === wanted) return known.rooms
  const isWanted = matcher(wanted)
  const matching = [...rooms.values()]
    .filter(isWanted)
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
  listed.set(rooms, { wanted, rooms: matching })
  return matching
}

function matcher(wanted: string): (room: RoomSummary) => boolean {
  const lower = wanted.toLocaleLowerCase()
  const hasInitials = isInitials(wanted)
  return room =>
    wanted === '' ||
    room.title.toLocaleLowerCase().includes(lower) ||
    room.id === wanted ||
    (hasInitials && initialsOf(room.title).includes(wanted))
}

export function selectedRoom({ rooms, filter, selected }: LobbyState): RoomSummary | undefined {
  const room = selected === undefined ? undefined : rooms?.get(selected)
  return room !== undefined && matcher(filter.text.trim())(room) ? room : undefined
}

/** The list after a word from the server. */
export function reduceLobby(lobby: LobbyState, event: LobbyEvent): LobbyState {
  switch (event.type) {
    case 'rooms':
      return withRooms(lobby, new Map(event.rooms.map(room => [room.id, room])))
    case 'newRoom':
      return withRooms(lobby, new Map(lobby.rooms).set(event.room.id, event.room))
    case 'roomChanged': {
      const room = lobby.rooms?.get(event.room)
      if (room === undefined) return lobby
      return { ...lobby, rooms: new Map(lobby.rooms).set(room.id, { ...room, people: event.people }) }
    }
    case 'removeRoom': {
      const rooms = new Map(lobby.rooms)
      rooms.delete(event.room)
      return withRooms(lobby, rooms)
    }
    default:
      return event satisfies never
  }
}

/** The list after a key that moves the choice, undefined when the key is for somebody else; `page` is a screenful of rooms. */
export function pressInLobby(lobby: LobbyState, key: KeyPress, page: number): LobbyState | undefined {
  const distance = key.type === 'key' ? moveOf(key.key, page) : undefined
  if (distance !== undefined) return moveBy(lobby, distance)
  if (lobby.isFiltering) return pressInFilter(lobby, key)
  if (key.type === 'key')
    return key.key === 'escape' && lobby.filter.text !== '' ? withFilter(lobby, emptyEditor) : undefined
  switch (keyOfVowel(key.text)) {
    case 'j':
      return moveBy(lobby, 1)
    case 'k':
      return moveBy(lobby, -1)
    case 'g':
      return moveBy(lobby, Number.NEGATIVE_INFINITY)
    case 'G':
      return moveBy(lobby, Number.POSITIVE_INFINITY)
    case '/':
      return { ...lobby, isFiltering: true }
    default:
      return undefined
  }
}

/** Whoever types what is no key looks for a room. */
export const beginFilter = (lobby: LobbyState, text: string): LobbyState =>
  withFilter({ ...lobby, isFiltering: true }, edit(lobby.filter, { type: 'insert', text }))

/** The whole list again, with the choice where it was. */
export const endFilter = (lobby: LobbyState): LobbyState => ({
  ...withFilter(lobby, emptyEditor),
  isFiltering: false,
})

function pressInFilter(lobby: LobbyState, key: KeyPress): LobbyState | undefined {
  if (key.type === 'text') return withFilter(lobby, edit(lobby.filter, { type: 'insert', text: key.text }))
  if (key.key === 'escape') return endFilter(lobby)
  if (key.key === 'backspace' && lobby.filter.text === '') return { ...lobby, isFiltering: false }
  const command = editorCommandOf(key.key)
  return command === undefined ? undefined : withFilter(lobby, edit(lobby.filter, { type: command }))
}

const MOVES: ReadonlyMap<string, number> = new Map([
  ['up', -1],
  ['down', 1],
  ['ctrl+p', -1],
  ['ctrl+n', 1],
  ['home', Number.NEGATIVE_INFINITY],
  ['end', Number.POSITIVE_INFINITY],
])

function moveOf(key: string, page: number): number | undefined {
  if (key === 'pageUp') return -page
  return key === 'pageDown' ? page : MOVES.get(key)
}

function moveBy(lobby: LobbyState, distance: number): LobbyState {
  const rooms = visibleRooms(lobby)
  const index = rooms.findIndex(room => room.id === lobby.selected)
  const target = Math.max(0, Math.min(rooms.length - 1, index + distance))
  return { ...lobby, selected: rooms[target]?.id }
}

const withRooms = (lobby: LobbyState, rooms: ReadonlyMap<RoomId, RoomSummary>): LobbyState =>
  reselect(lobby, { ...lobby, rooms })

const withFilter = (lobby: LobbyState, filter: EditorState): LobbyState =>
  reselect(lobby, { ...lobby, filter })

/** When the chosen room is gone, the choice goes to the one that took its place. */
function reselect(before: LobbyState, after: LobbyState): LobbyState {
  if (selectedRoom(after) !== undefined) return after
  const rooms = visibleRooms(after)
  const index = visibleRooms(before).findIndex(room => room.id === before.selected)
  return { ...after, selected: rooms[Math.max(0, Math.min(index, rooms.length - 1))]?.id }
}
