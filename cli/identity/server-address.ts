import { type RoomId, roomIdSchema } from '../../protocol/model.ts'

export const DEFAULT_SERVER = 'ws://localhost:8005'
const DEFAULT_PORT = 8005

export type AddressProblem =
  | 'roomNotWanted'
  | 'roomMissing'
  | 'scheme'
  | 'tooMuch'
  | 'tooManySlashes'
  | 'notAServer'
  | 'notARoom'

/** What was typed is no address; whoever tells a person puts the problem into words. */
export class AddressError extends Error {
  override readonly name = 'AddressError'
  readonly problem: AddressProblem
  /** What was typed, quoted, and cut when it is long. */
  readonly typed: string

  constructor(problem: AddressProblem, typed: string) {
    super(`${quoted(typed)}: ${problem}`)
    this.problem = problem
    this.typed = quoted(typed)
  }
}

/**
 * The address of a server as all of the client knows it: `ws://host:port` or `wss://host:port`, lower case, no path, the
 * scheme's own port left out. A bare `host` or `host:port` is `ws`, on port 8005 unless it says otherwise.
 */
export function parseServer(text: string): string {
  const { server, room } = parseAddress(text)
  if (room !== undefined) throw new AddressError('roomNotWanted', text)
  return server
}

/** A room to enter: its id, on `defaultServer`, or the line that a room shows to be handed on, `ws://host:8005/<id>`. */
export function parseRoom(
  text: string,
  defaultServer: string,
): { readonly server: string; readonly room: RoomId } {
  const trimmed = text.trim()
  if (!trimmed.includes('/')) return { server: defaultServer, room: checkRoom(trimmed, text) }
  const { server, room } = parseAddress(trimmed)
  if (room === undefined) throw new AddressError('roomMissing', text)
  return { server, room }
}

/** The line that a room shows to be handed on. */
export const handOnLine = (server: string, room: RoomId): string => `${server}/${room}`

function parseAddress(text: string): { readonly server: string; readonly room: RoomId | undefined } {
  const trimmed = text.trim()
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)
  const url = urlOf(hasScheme ? trimmed : `ws://${trimmed}`, text)
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new AddressError('scheme', text)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new AddressError('tooMuch', text)
  }
  // A URL forgets a port that is its scheme's own, so that only the text tells "host" from "host:80".
  if (!hasScheme && url.port === '' && !/:80(?=\/|$)/.test(trimmed)) url.port = String(DEFAULT_PORT)
  const [room, ...rest] = url.pathname.split('/').filter(Boolean)
  if (rest.length > 0) throw new AddressError('tooManySlashes', text)
  const server = `${url.protocol}//${url.host}`
  return { server, room: room === undefined ? undefined : checkRoom(room, text) }
}

function urlOf(address: string, text: string): URL {
  const url = URL.parse(address)
  if (url === null || url.hostname === '') throw new AddressError('notAServer', text)
  return url
}

function checkRoom(room: string, text: string): RoomId {
  if (roomIdSchema.safeParse(room).success && /^[\w-]+$/.test(room)) return room
  throw new AddressError('notARoom', text)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
