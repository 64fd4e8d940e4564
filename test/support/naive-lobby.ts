import type { LobbyEvent } from '../../cli/app/model/lobby-state.ts'
import type { RoomSummary } from '../../protocol/model.ts'

type Rooms = ReadonlyMap<string, RoomSummary>

/** The rooms of a lobby by their ids after an event: the simplest way, which copies all of them. */
export function naively(before: Rooms | undefined, event: LobbyEvent): Rooms | undefined {
  if (event.type === 'rooms') return new Map(event.rooms.map(room => [room.id, room]))
  const rooms = new Map(before)
  const known = event.type === 'roomChanged' ? rooms.get(event.room) : undefined
  if (event.type === 'newRoom') rooms.set(event.room.id, event.room)
  if (event.type === 'removeRoom') rooms.delete(event.room)
  if (event.type !== 'roomChanged') return rooms
  return known === undefined ? before : rooms.set(known.id, { ...known, people: event.people })
}

/** All of them as they are listed. */
export const listedNaively = (rooms: Rooms): readonly RoomSummary[] =>
  [...rooms.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
