import type { Dialect, Member, MemberOptions } from './member.ts'
import { WireConnection } from './wire-connection.ts'

let rooms = 0
/** Peers open a room when somebody joins it. */
const createRoom = async (): Promise<string> => `r${++rooms}`

/** A member who recognizes its own messages by a tag at their beginning. */
class EchoedMember implements Member {
  static #count = 0
  readonly #tag = `~${++EchoedMember.#count}~`
  readonly #send: (text: string) => void
  readonly close: () => void
  #isTalking = false
  onAnswered = (): void => {}

  constructor(options: { send: (text: string) => void; close: () => void }) {
    this.#send = options.send
    this.close = options.close
  }

  say(text: string): void {
    this.#isTalking = true
    // As long as the given text, so that all servers carry the same bytes.
    this.#send(this.#tag + text.slice(this.#tag.length))
  }

  take(bytes: Buffer, start: number, end: number): void {
    if (this.#isTalking && bytes.toString('latin1', start, end).includes(this.#tag)) this.onAnswered()
  }
}

/** JSON objects over a WebSocket. The room is in the path. */
export const plainDialect: Dialect = {
  createRoom,
  async join({ port, from, tally }: MemberOptions, room: string) {
    const wire = await WireConnection.open({
      port,
      from,
      path: `/?room=${room}`,
      onText(bytes, start, end) {
        tally.delivered()
        member.take(bytes, start, end)
      },
      onClosed: tally.failed,
    })
    const member = new EchoedMember({
      send: text => wire.send(JSON.stringify({ text })),
      close: () => wire.close(),
    })
    return member
  },
}

const [OPEN, PING, MESSAGE, CONNECT, EVENT] = ['0', '2', '4', '0', '2'].map(text => text.charCodeAt(0))

/** Packets of Socket.IO 5 in Engine.IO 4 over a WebSocket. */
export const socketIoDialect: Dialect = {
  createRoom,
  async join({ port, from, tally }: MemberOptions, room: string) {
    const connected = Promise.withResolvers<void>()
    const opened = Promise.withResolvers<void>()
    const wire = await WireConnection.open({
      port,
      from,
      path: `/socket.io/?EIO=4&transport=websocket&room=${room}`,
      onText(bytes, start, end) {
        const [engine, packet] = [bytes[start], bytes[start + 1]]
        if (engine === MESSAGE && packet === EVENT) {
          tally.delivered()
          member.take(bytes, start, end)
        } else if (engine === PING) wire.send('3')
        else if (engine === OPEN) opened.resolve()
        else if (engine === MESSAGE && packet === CONNECT) connected.resolve()
        else tally.failed(`not expected: ${bytes.toString('latin1', start, end)}`)
      },
      onClosed: tally.failed,
    })
    const member = new EchoedMember({
      send: text => wire.send(`42${JSON.stringify(['chat', text])}`),
      close: () => wire.close(),
    })
    await opened.promise
    wire.send('40')
    await connected.promise
    return member
  },
}
