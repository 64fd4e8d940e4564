import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ClientMessageInput } from '../../protocol/client-messages.ts'
import { SUBPROTOCOL } from '../../protocol/codec.ts'
import type { Role } from '../../protocol/model.ts'
import { type ServerAnswer, type ServerMessage, serverMessageSchema } from '../../protocol/server-messages.ts'

type Unidentified<Message> = Message extends { id: string } ? Omit<Message, 'id'> : never
export type Request = Unidentified<ClientMessageInput>

interface Expectation {
  readonly matches: (message: ServerMessage) => boolean
  readonly resolve: (message: ServerMessage) => void
  readonly reject: (error: Error) => void
}

/** A client that sends exactly what a test tells it to, and keeps every frame it gets. */
export class WireClient implements AsyncDisposable {
  readonly webSocket: WebSocket
  /** Every frame, in the order in which it came. */
  readonly frames: string[] = []
  readonly #messages: ServerMessage[] = []
  readonly #expectations = new Set<Expectation>()
  readonly #closed: Promise<number>
  #lastId = 0
  #seen = 0
  token = ''
  userId = ''

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket
    webSocket.on('error', () => {})
    webSocket.on('message', data => this.#take(data.toString()))
    this.#closed = new Promise(resolve => {
      webSocket.on('close', code => {
        for (const { reject } of this.#expectations) reject(new Error(`closed with ${code} while waiting`))
        resolve(code)
      })
    })
  }

  /** Connects without a hello. */
  static async open(
    url: string,
    options: {
      headers?: Record<string, string>
      localAddress?: string
      ca?: Buffer
      servername?: string
    } = {},
  ) {
    const webSocket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false, ...options })
    const client = new WireClient(webSocket)
    await once(webSocket, 'open')
    return client
  }

  /** Connects and says hello. */
  static async hello(url: string, token?: string, name?: string, role?: Role): Promise<WireClient> {
    const client = await WireClient.open(url)
    const welcome = await client.ask({ type: 'hello', token, client: name, role }, 'welcome')
    client.token = welcome.token
    client.userId = welcome.user.id
    return client
  }

  /** Sends a request and resolves with its answer, which may be an error. */
  request(request: Request): Promise<ServerAnswer> {
    const id = String(++this.#lastId)
    const answer = this.#expect(message => 'id' in message && message.id === id)
    this.raw(JSON.stringify({ ...request, id }))
    return answer as Promise<ServerAnswer> // it has an id
  }

  /** Sends a request that must be answered with this type. */
  async ask<Type extends ServerAnswer['type']>(
    request: Request,
    type: Type,
  ): Promise<Extract<ServerAnswer, { type: Type }>> {
    const answer = await this.request(request)
    if (answer.type !== type) throw new Error(`wanted ${type}, got ${JSON.stringify(answer)}`)
    return answer as Extract<ServerAnswer, { type: Type }> // just checked
  }

  /** Sends a request that must be refused, and resolves with the error. */
  refused(request: Request): Promise<Extract<ServerAnswer, { type: 'error' }>> {
    return this.ask(request, 'error')
  }

  raw(frame: string | Buffer): void {
    this.webSocket.send(frame)
  }

  /** The next event of this type. Each event is returned once. */
  async event<Type extends ServerMessage['type']>(
    type: Type,
    matches: (message: Extract<ServerMessage, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ServerMessage, { type: Type }>> {
    const fits = (message: ServerMessage) =>
      message.type === type && matches(message as Extract<ServerMessage, { type: Type }>)
    for (; this.#seen < this.#messages.length; this.#seen++) {
      const message = this.#messages[this.#seen]
      if (message === undefined || !fits(message)) continue
      this.#seen++
      return message as Extract<ServerMessage, { type: Type }> // `fits` checked it
    }
    const message = await this.#expect(fits)
    this.#seen = this.#messages.indexOf(message) + 1
    return message as Extract<ServerMessage, { type: Type }> // `fits` checked it
  }

  /** Every message of this type so far. */
  all<Type extends ServerMessage['type']>(type: Type): readonly Extract<ServerMessage, { type: Type }>[] {
    return this.#messages.filter(message => message.type === type) as Extract<ServerMessage, { type: Type }>[]
  }

  /** Resolves with the close code. */
  closed(): Promise<number> {
    return this.#closed
  }

  /** Breaks the connection without a close frame, as a broken network does. */
  cut(): void {
    this.webSocket.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.webSocket.close(1000)
    await this.#closed
  }

  #expect(matches: Expectation['matches']): Promise<ServerMessage> {
    return new Promise((resolve, reject) => {
      const expectation = { matches, resolve, reject }
      this.#expectations.add(expectation)
    })
  }

  #take(frame: string): void {
    this.frames.push(frame)
    const message = serverMessageSchema.parse(JSON.parse(frame))
    this.#messages.push(message)
    for (const expectation of this.#expectations) {
      if (!expectation.matches(message)) continue
      this.#expectations.delete(expectation)
      expectation.resolve(message)
    }
  }
}
