import type { RoomId, RoomSummary } from '../../../protocol/model.ts'
import type { ClientEvent } from '../../connection/client-events.ts'
import { type EditorState, editText, emptyEditor } from '../../text/editor/editor.ts'
import { editorCommandOf } from '../../text/editor/editor-keys.ts'
import { type KeyPress, keyOfHangulVowel } from '../../text/editor/key-press.ts'
import { hangulInitialsOf, isHangulInitials } from '../../text/hangul-initials.ts'
import { LobbyRoomList } from './lobby-room-list.ts'

/** The list of rooms. */
export interface LobbyState {
  /** Undefined until the server has sent the list. */
  readonly rooms: LobbyRoomList | undefined
  /** The rooms that the filter lets through; `rooms` itself while nothing is filtered. */
  readonly visible: LobbyRoomList
  /** The id of the chosen room, so that the choice stays on it while others come and go. */
  readonly selected: RoomId | undefined
  readonly filter: EditorState
  readonly isFiltering: boolean
}

export type LobbyEvent = Extract<ClientEvent, { type: 'rooms' | 'newRoom' | 'roomChanged' | 'removeRoom' }>

export const emptyLobby: LobbyState = {
  rooms: undefined,
  visible: LobbyRoomList.empty,
  selected: undefined,
  filter: emptyEditor,
  isFiltering: false,
}

/** The rooms with this text in their title or as their id; all of them where there is no text. */
export function filterLobbyRooms(rooms: LobbyRoomList, text: string): LobbyRoomList {
  if (text.trim() === '') return rooms
  return LobbyRoomList.of([...rooms].filter(matcher(text)))
}

function matcher(text: string): (room: RoomSummary) => boolean {
  const wanted = text.trim()
  const lower = wanted.toLocaleLowerCase()
  const hasInitials = isHangulInitials(wanted)
  return room =>
    room.title.toLocaleLowerCase().includes(lower) ||
    room.id === wanted ||
    (hasInitials && hangulInitialsOf(room.title).includes(wanted))
}

export const selectedLobbyRoom = ({ visible, selected }: LobbyState): RoomSummary | undefined =>
  selected === undefined ? undefined : visible.get(selected)

/** The list after an event from the server. */
export function withLobbyEvent(lobby: LobbyState, event: LobbyEvent): LobbyState {
  const { rooms = LobbyRoomList.empty } = lobby
  switch (event.type) {
    case 'rooms':
      return filtered(lobby, LobbyRoomList.of(event.rooms), lobby.filter)
    case 'newRoom':
      return withRoom(lobby, rooms, event.room)
    case 'roomChanged': {
      const room = rooms.get(event.room)
      return room === undefined ? lobby : withRoom(lobby, rooms, { ...room, people: event.people })
    }
    case 'removeRoom': {
      const left = rooms.without(event.room)
      return withLists(lobby, left, lobby.visible === rooms ? left : lobby.visible.without(event.room))
    }
    default:
      return event satisfies never
  }
}

/**
 * The list after a key; undefined when the key means nothing here. `page` is a screenful of rooms.
 */
export function pressInLobby(lobby: LobbyState, key: KeyPress, page: number): LobbyState | undefined {
  const distance = key.type === 'key' ? moveOf(key.key, page) : undefined
  if (distance !== undefined) return moveBy(lobby, distance)
  if (lobby.isFiltering) return pressInFilter(lobby, key)
  if (key.type === 'key')
    return key.key === 'escape' && lobby.filter.text !== '' ? withFilter(lobby, emptyEditor) : undefined
  switch (keyOfHangulVowel(key.text)) {
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

/** A letter that is no key begins a search. */
export const beginLobbyFilter = (lobby: LobbyState, text: string): LobbyState =>
  withFilter({ ...lobby, isFiltering: true }, editText(lobby.filter, { type: 'insert', text }))

/** Shows the whole list again and keeps the choice. */
export const endLobbyFilter = (lobby: LobbyState): LobbyState => ({
  ...withFilter(lobby, emptyEditor),
  isFiltering: false,
})

function pressInFilter(lobby: LobbyState, key: KeyPress): LobbyState | undefined {
  if (key.type === 'text')
    return withFilter(lobby, editText(lobby.filter, { type: 'insert', text: key.text }))
  if (key.key === 'escape') return endLobbyFilter(lobby)
  if (key.key === 'backspace' && lobby.filter.text === '') return { ...lobby, isFiltering: false }
  const command = editorCommandOf(key.key)
  return command === undefined ? undefined : withFilter(lobby, editText(lobby.filter, { type: command }))
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
  const { visible, selected } = lobby
  const index = selected === undefined ? -1 : visible.indexOf(selected)
  const target = Math.max(0, Math.min(visible.size - 1, index + distance))
  return { ...lobby, selected: visible.at(target)?.id }
}

/** The filter is asked only about the room that changed. */
function withRoom(lobby: LobbyState, before: LobbyRoomList, room: RoomSummary): LobbyState {
  const rooms = before.with(room)
  if (lobby.filter.text.trim() === '') return withLists(lobby, rooms, rooms)
  const isVisible = matcher(lobby.filter.text)(room)
  return withLists(lobby, rooms, isVisible ? lobby.visible.with(room) : lobby.visible.without(room.id))
}

const withFilter = (lobby: LobbyState, filter: EditorState): LobbyState =>
  filtered(lobby, lobby.rooms, filter)

const filtered = (lobby: LobbyState, rooms: LobbyRoomList | undefined, filter: EditorState): LobbyState =>
  withLists({ ...lobby, filter }, rooms, filterLobbyRooms(rooms ?? LobbyRoomList.empty, filter.text))

/** When the chosen room is gone, the room in its place is chosen. */
function withLists(before: LobbyState, rooms: LobbyRoomList | undefined, visible: LobbyRoomList): LobbyState {
  const after = { ...before, rooms, visible }
  if (selectedLobbyRoom(after) !== undefined) return after
  const index = before.selected === undefined ? -1 : before.visible.indexOf(before.selected)
  return { ...after, selected: visible.at(Math.max(0, Math.min(index, visible.size - 1)))?.id }
}
