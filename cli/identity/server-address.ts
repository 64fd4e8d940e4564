import { type RoomId, roomIdSchema } from '../../protocol/model.ts'
import { DEFAULT_PORT } from './default-server.ts'

export type AddressProblem =
  | 'roomNotWanted'
  | 'roomMissing'
  | 'scheme'
  | 'tooMuch'
  | 'tooManySlashes'
  | 'notAServer'
  | 'notARoom'

/** What was typed is not an address. The caller puts the problem into words. */
export class ServerAddressError extends Error {
  override readonly name = 'ServerAddressError'
  readonly problem: AddressProblem
  /** What was typed, quoted and cut if it is long. */
  readonly typed: string

  constructor(problem: AddressProblem, typed: string) {
    super(`${quoted(typed)}: ${problem}`)
    this.problem = problem
    this.typed = quoted(typed)
  }
}

/**
 * Reads the address of a server, in the one form that the client uses: `ws://host:port` or
 * `wss://host:port`, lower case, no path, without the scheme's own port. A bare `host` is `ws` on
 * port 8005. Throws `ServerAddressError`.
 */
export function parseServerAddress(text: string): string {
  const { server, room } = parseAddress(text)
  if (room !== undefined) throw new ServerAddressError('roomNotWanted', text)
  return server
}

/**
 * Reads what names a room: its id, which is on `defaultServer`, or an invite
 * `ws://host:8005/<id>`. Throws `ServerAddressError`.
 */
export function parseRoomAddress(
  text: string,
  defaultServer: string,
): { readonly server: string; readonly room: RoomId } {
  const trimmed = text.trim()
  if (!trimmed.includes('/')) return { server: defaultServer, room: checkRoom(trimmed, text) }
  const { server, room } = parseAddress(trimmed)
  if (room === undefined) throw new ServerAddressError('roomMissing', text)
  return { server, room }
}

/** The invite of a room, which people hand on. */
export const inviteAddressOf = (server: string, room: RoomId): string => `${server}/${room}`

function parseAddress(text: string): { readonly server: string; readonly room: RoomId | undefined } {
  const trimmed = text.trim()
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)
  const url = urlOf(hasScheme ? trimmed : `ws://${trimmed}`, text)
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new ServerAddressError('scheme', text)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ServerAddressError('tooMuch', text)
  }
  // A URL drops its scheme's own port, so only the text tells `host` from `host:80`.
  if (!hasScheme && url.port === '' && !/:80(?=\/|$)/.test(trimmed)) url.port = String(DEFAULT_PORT)
  const [room, ...rest] = url.pathname.split('/').filter(Boolean)
  if (rest.length > 0) throw new ServerAddressError('tooManySlashes', text)
  const server = `${url.protocol}//${url.host}`
  return { server, room: room === undefined ? undefined : checkRoom(room, text) }
}

function urlOf(address: string, text: string): URL {
  const url = URL.parse(address)
  if (url === null || url.hostname === '') throw new ServerAddressError('notAServer', text)
  return url
}

function checkRoom(room: string, text: string): RoomId {
  if (roomIdSchema.safeParse(room).success) return room
  throw new ServerAddressError('notARoom', text)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
