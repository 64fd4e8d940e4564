import { SUBPROTOCOL } from '../../protocol/codec.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { Dialect, Member, MemberOptions } from './member.ts'
import { type TakeText, WireConnection } from './wire-connection.ts'

/** Where the first letters of the channel and of the type stand in `{"type":"chat.ack"`. */
const CHANNEL_AT = 9
const TYPE_AT = 14
/** Answers name their request. Requests here have numbers. */
const ANSWER = /"id":"\d+"[,}]/
const letter = (text: string): number => text.charCodeAt(0)
const [A, C, E, J, R] = ['a', 'c', 'e', 'j', 'r'].map(letter)

/** Speaks gifchat's protocol. A message is answered by its durable ack. */
export class GifchatMember implements Member {
  readonly #connection: WireConnection
  readonly #room: string
  /** The token of this person. */
  readonly token: string
  #lastId = 0
  onAnswered = (): void => {}

  constructor(connection: GifchatConnection, room: string) {
    this.#connection = connection.wire
    this.#room = room
    this.token = connection.token
  }

  say(text: string): void {
    const id = `m${++this.#lastId}`
    this.#connection.send(
      JSON.stringify({ type: 'chat.send', id, room: this.#room, clientMessageId: id, text }),
    )
  }

  close(): void {
    this.#connection.close()
  }
}

/**
 * A connection that has said hello. Answers to `ask` are parsed, and events are only recognized.
 */
export class GifchatConnection {
  readonly #options: MemberOptions
  #connection: WireConnection | undefined
  #answer: PromiseWithResolvers<string> | undefined
  #lastId = 0
  member: GifchatMember | undefined
  token = ''
  /** Takes frames of presence and of the lobby. */
  onEvent: TakeText = () => {}

  private constructor(options: MemberOptions) {
    this.#options = options
  }

  static async hello(options: MemberOptions, token?: string): Promise<GifchatConnection> {
    const self = new GifchatConnection(options)
    self.#connection = await WireConnection.open({
      port: options.port,
      from: options.from,
      path: '/',
      subprotocol: SUBPROTOCOL,
      onText: (bytes, start, end) => self.#take(bytes, start, end),
      onClosed: why => self.#failed(why),
    })
    self.token = JSON.parse(await self.ask({ type: 'hello', token })).token
    return self
  }

  get wire(): WireConnection {
    if (this.#connection === undefined) throw new Error('not connected')
    return this.#connection
  }

  /** Sends a request and resolves with its answer, or rejects. There can be only one at a time. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<string> {
    const id = `${++this.#lastId}`
    const answer = Promise.withResolvers<string>()
    this.#answer = answer
    this.wire.send(JSON.stringify({ ...request, id }))
    return answer.promise
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const channel = bytes[start + CHANNEL_AT]
    const type = bytes[start + TYPE_AT]
    if (channel === C && type === C) this.#options.tally.delivered()
    else if (channel === C && type === A) this.member?.onAnswered()
    else this.#takeOther(bytes, start, end, (channel === C && (type === J || type === E)) || channel === R)
  }

  /** Takes the answer to `ask`, or an event of presence or of the lobby. */
  #takeOther(bytes: Buffer, start: number, end: number, canBeEvent: boolean): void {
    const answer = this.#answer
    const isAnswer = answer !== undefined && ANSWER.test(bytes.toString('latin1', start, start + 60))
    if (isAnswer) {
      const frame = bytes.toString('latin1', start, end)
      if (frame.startsWith('{"type":"error"')) this.#failed(frame)
      this.#answer = undefined
      answer.resolve(frame)
    } else if (canBeEvent) {
      this.onEvent(bytes, start, end)
    } else {
      this.#failed(`not expected: ${bytes.toString('latin1', start, end)}`)
    }
  }

  #failed(why: string): void {
    this.#answer?.reject(new Error(why))
    this.#options.tally.failed(why)
  }
}

export const gifchatDialect: Dialect = {
  async createRoom(options, members) {
    const connection = await GifchatConnection.hello(options)
    const max = Math.min(Math.max(LIMITS.roomMaxLowest, members), LIMITS.roomMaxHighest)
    const created = JSON.parse(await connection.ask({ type: 'room.create', title: 'bench', max }))
    connection.wire.close()
    return created.room.id
  },
  async join(options, room, same) {
    const token = same instanceof GifchatMember ? same.token : undefined
    const connection = await GifchatConnection.hello(options, token)
    await connection.ask({ type: 'chat.join', room })
    connection.member = new GifchatMember(connection, room)
    return connection.member
  },
}
