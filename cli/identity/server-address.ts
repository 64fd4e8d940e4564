import { isIPv6 } from 'node:net'
import { type RoomId, roomIdSchema } from '../../protocol/model.ts'
import { DEFAULT_PORT } from './default-server.ts'

export type AddressProblem = 'roomMissing' | 'scheme' | 'tooMuch' | 'path' | 'notAServer' | 'notARoom'

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

/** A part of a server's path. None of these characters means something to a shell. */
const PATH_PART = /^[\w.~-]{1,64}$/
const MOST_PATH_PARTS = 8
/** An IPv6 address with the network interface through which it is reached, as in RFC 6874. */
const ZONED_HOST = /^\[([^\]%]*)%(?:25)?([\w.~-]{1,32})\]/

/**
 * Reads the address of a server, in the one form that the client uses: `ws://host:port` or
 * `wss://host:port`, lower case, without the scheme's own port, and with the server's path if it
 * has one, as in `wss://host/chat`. A bare `host` is `ws` on port 8005. Throws
 * `ServerAddressError`.
 */
export function parseServerAddress(text: string): string {
  const { origin, path } = parseAddress(text)
  return serverUnder(origin, path, text)
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
  const { origin, path } = parseAddress(trimmed)
  const room = path.at(-1)
  if (room === undefined) throw new ServerAddressError('roomMissing', text)
  return { server: serverUnder(origin, path.slice(0, -1), text), room: checkRoom(room, text) }
}

/** The invite of a room, which people hand on. */
export const inviteAddressOf = (server: string, room: RoomId): string => `${server}/${room}`

/**
 * The URL of a server, and the network interface through which it is reached, if its address names
 * one. A URL can't hold that.
 */
export function urlOfServer(server: string): { readonly url: URL; readonly zone: string | undefined } {
  const [, scheme = '', rest = ''] = /^(\w+:\/\/)(.*)$/.exec(server) ?? []
  const [, address, zone] = ZONED_HOST.exec(rest) ?? []
  return { url: new URL(zone === undefined ? server : scheme + withoutZone(rest, address)), zone }
}

function parseAddress(text: string): { readonly origin: string; readonly path: readonly string[] } {
  const [, scheme, typed = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text.trim()) ?? []
  const rest = withBrackets(typed)
  const [, address, zone] = ZONED_HOST.exec(rest) ?? []
  const url = URL.parse((scheme ?? 'ws://') + withoutZone(rest, address))
  if (url === null || url.hostname === '') throw new ServerAddressError('notAServer', text)
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new ServerAddressError('scheme', text)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ServerAddressError('tooMuch', text)
  }
  // A URL drops its scheme's own port, so only the text tells `host` from `host:80`.
  if (scheme === undefined && url.port === '' && !/:80(?=\/|$)/.test(rest)) url.port = String(DEFAULT_PORT)
  const host = zone === undefined ? url.host : url.host.replace(']', `%${zone}]`)
  return { origin: `${url.protocol}//${host}`, path: url.pathname.split('/').filter(Boolean) }
}

/** People write an IPv6 address without the brackets that it has in a URL. */
function withBrackets(rest: string): string {
  const [host = ''] = rest.split('/')
  return isIPv6(host) ? `[${host}]${rest.slice(host.length)}` : rest
}

const withoutZone = (rest: string, address: string | undefined): string =>
  address === undefined ? rest : rest.replace(ZONED_HOST, `[${address}]`)

function serverUnder(origin: string, path: readonly string[], text: string): string {
  if (path.length > MOST_PATH_PARTS || !path.every(part => PATH_PART.test(part)))
    throw new ServerAddressError('path', text)
  return [origin, ...path].join('/')
}

function checkRoom(room: string, text: string): RoomId {
  if (roomIdSchema.safeParse(room).success) return room
  throw new ServerAddressError('notARoom', text)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
