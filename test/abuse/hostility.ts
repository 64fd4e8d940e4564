import type { Socket } from 'node:net'
import type { ClientMessage } from '../../protocol/client-messages.ts'
import type { FakeConnection } from '../support/fake-connection.ts'

/** How a client meets the server, and the arguments for that. */
export const VISITORS = {
  whoami: ['whoami'],
  rooms: ['rooms'],
  json: ['rooms', '--json'],
  tail: ['tail', 'k3mw9x2a'],
  since: ['tail', 'k3mw9x2a', '--since', '0'],
  send: ['send', 'k3mw9x2a', 'hello'],
  doctor: ['doctor'],
  wire: ['wire'],
} as const

/** Those that have a terminal. */
export const VISITORS_AT_TERMINALS = {
  lobby: [],
  enter: ['join', 'k3mw9x2a'],
  hear: ['--screen-reader'],
  speak: ['join', 'k3mw9x2a', '--screen-reader'],
} as const

export type Visitor = keyof typeof VISITORS | keyof typeof VISITORS_AT_TERMINALS

/** One kind of wrong answer. */
export interface Hostility {
  readonly visitors: readonly Visitor[]
  /**
   * How a visit goes on. `refused`: the client says that this is not a gifchat server, and ends
   * with 1. `shown`: the word `harmless` is shown. `met`: nothing, until the client is told to end.
   * `ended`: the client ends by itself.
   */
  readonly until: 'refused' | 'shown' | 'met' | 'ended'
  /** Answers in place of the honest server, or says `undefined` to leave that to it. */
  readonly answer?: (request: ClientMessage, connection: FakeConnection, met: () => void) => unknown
  /** Has the connection to itself, from its first byte. */
  readonly raw?: (socket: Socket) => void
}

/**
 * What a terminal acts on, in each of the forms there are, marked by a number that no client
 * writes.
 */
export const CANARY =
  '\x1b]4242;\x07\x1b[4242m\x1bc4242\x1bP4242q\x1b\\\x1b_4242\x1b\\\x9b4242m\x9d4242\x9c\x904242\x9c\u202e\x07\x00'
/** What begins a sequence, with the mark of the server's own behind it; and all of C1. */
export const MARKED = /\x1b.?4242|[\x80-\x9f]|\u202e/
export const SHOWN = `harmless${CANARY}`
export const MEGABYTES = 3_000_000

export const USER = { id: 'k3fa7wq2mzp8', color: '#79D2B8' }
export const ROOM = {
  id: 'k3mw9x2a',
  title: 'harmless',
  people: 1,
  max: 5,
  hasPassword: false,
  owner: USER,
  createdAt: 1_767_225_600_000,
}
export const SAID = { seq: 1, user: USER, clientMessageId: 'a1', createdAt: 1_767_225_600_000 }
const GIF = { id: 'Zr1mS0cQpC7dH3kqkq7m1A', bytes: 1, width: 1, height: 1, frames: 1, durationMs: 0 }

type Fields = Readonly<Record<string, unknown>>
type Answer = NonNullable<Hostility['answer']>

export const sendJson = (connection: FakeConnection, value: unknown) => {
  connection.socket.send(JSON.stringify(value))
  return 'handled'
}

/** Answers requests of these types with one frame and its changes. */
export const answering =
  (types: readonly ClientMessage['type'][], frame: Fields, then?: Answer): Answer =>
  (request, connection, met) => {
    if (!types.includes(request.type)) return undefined
    sendJson(connection, { id: request.id, ...frame })
    met()
    then?.(request, connection, met)
    return 'handled'
  }

export const welcome = (changes: Fields) =>
  answering(['hello'], {
    type: 'welcome',
    token: 'a',
    user: USER,
    identity: 'new',
    server: 'x',
    ...changes,
  })
export const list = (changes: Fields, then?: Answer) =>
  answering(
    ['room.list', 'room.subscribe'],
    { type: 'room.list', rooms: [ROOM], cursor: null, total: 1, ...changes },
    then,
  )
export const listed = (changes: Fields) => list({ rooms: [{ ...ROOM, ...changes }] })
export const joined = (changes: Fields, then?: Answer) =>
  answering(
    ['chat.join'],
    { type: 'chat.joined', room: ROOM, members: [USER], messages: [], lastSeq: 1, gap: false, ...changes },
    then,
  )
export const said = (changes: Fields, then?: Answer) =>
  joined({ messages: [{ ...SAID, text: 'harmless', ...changes }] }, then)
export const posted = (changes: Fields) =>
  joined({ messages: [{ ...SAID, gif: { ...GIF, name: 'harmless', ...changes } }] })
/** Says these bytes in place of an answer to `hello`. */
export const firstWords =
  (words: string | Buffer): Answer =>
  (request, connection, met) => {
    if (request.type !== 'hello') return undefined
    connection.socket.send(words)
    met()
    return 'handled'
  }

/**
 * Frames in one turn of the event loop: a client that reads as fast would otherwise keep us in it.
 */
const FLOOD_STEP = 500

/** Sends frames without an end, as fast as they are taken; `met` after the first ten thousand. */
export const flood =
  (frame: (count: number) => Fields): Answer =>
  (_, { socket }, met) => {
    let count = 0
    const more = () => {
      for (let step = 0; step < FLOOD_STEP && socket.bufferedAmount < 1_000_000; step++) {
        socket.send(JSON.stringify(frame(count)), () => undefined)
        count += 1
      }
      if (count >= 10_000 || socket.readyState !== socket.OPEN) met()
      if (socket.readyState === socket.OPEN) setTimeout(more, 1)
    }
    more()
  }

export const newId = (count: number) => `k${count.toString(36)}`
export const words = (count: number, word: string) => word.repeat(count)

export const refused = (visitors: readonly Visitor[], answer: Answer): Hostility => ({
  visitors,
  until: 'refused',
  answer,
})
export const shown = (visitors: readonly Visitor[], answer: Answer): Hostility => ({
  visitors,
  until: 'shown',
  answer,
})
export const met = (visitors: readonly Visitor[], answer: Answer): Hostility => ({
  visitors,
  until: 'met',
  answer,
})
export const handled: Answer = (_request, _connection, isMet) => {
  isMet()
  return 'handled'
}

export function endless(socket: Socket, bytes: string): void {
  const chunk = words(Math.ceil(65_536 / bytes.length), bytes)
  const more = () => {
    if (!socket.destroyed) socket.write(chunk, () => setImmediate(more))
  }
  more()
}
