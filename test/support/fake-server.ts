import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ClientMessage, ClientMessageType, ClientRequest } from '../../protocol/client-messages.ts'
import { decodeClientMessage, SUBPROTOCOL } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ChatMessage, RoomId, RoomSummary, User } from '../../protocol/model.ts'
import type { ServerMessage } from '../../protocol/server-messages.ts'
import { FakeConnection } from './fake-connection.ts'

type Body = ({ readonly text: string } | { readonly gif: Extract<ChatMessage, { gif: object }>['gif'] }) & {
  readonly replyTo?: number | undefined
}

/** A room of the fake server, which a test may change. */
export interface FakeRoom {
  summary: RoomSummary
  password: string | undefined
  readonly messages: ChatMessage[]
  readonly seated: Set<FakeConnection>
}

/** Handles a request first. 'handled' keeps the fake server from answering. */
export type Script = (
  request: ClientMessage,
  connection: FakeConnection,
) => 'handled' | undefined | Promise<undefined>

/** A gifchat server in memory that keeps the protocol, except where a test's script breaks it. */
export class FakeServer implements AsyncDisposable {
  readonly rooms = new Map<RoomId, FakeRoom>()
  readonly connections = new Set<FakeConnection>()
  /** Every request so far. */
  readonly received: ClientMessage[] = []
  script: Script = () => undefined
  /** Answers plain HTTP requests. */
  http: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    response.writeHead(404).end()
  /** The most messages that a resume brings. */
  resumeMessages: number = LIMITS.resumeMessages
  port = 0
  readonly #subscribed = new Set<FakeConnection>()
  readonly #waiting = new Set<() => void>()
  #http: Server | undefined
  #people = 0

  static async start(): Promise<FakeServer> {
    const server = new FakeServer()
    await server.listen()
    return server
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  /** Listens. After `stop` it listens on the same port again. */
  async listen(): Promise<void> {
    const http = createServer((request, response) => this.http(request, response))
    const webSockets = new WebSocketServer({
      server: http,
      handleProtocols: () => SUBPROTOCOL,
      maxPayload: LIMITS.clientFrameBytes,
    })
    webSockets.on('connection', socket => this.#accept(socket))
    http.listen(this.port, '127.0.0.1')
    await once(http, 'listening')
    this.port = (http.address() as AddressInfo).port
    this.#http = http
  }

  /** Dies: cuts every connection and frees the port. */
  async stop(): Promise<void> {
    const http = this.#http
    if (http === undefined) return
    this.#http = undefined
    for (const connection of this.connections) connection.drop()
    http.closeAllConnections()
    await new Promise(resolve => http.close(resolve))
  }

  dropAll(): void {
    for (const connection of this.connections) connection.drop()
  }

  addRoom(id: RoomId, room: { password?: string; title?: string } = {}): FakeRoom {
    const summary: RoomSummary = {
      id,
      title: room.title ?? `room ${id}`,
      people: 0,
      max: 10,
      hasPassword: room.password !== undefined,
      owner: { id: 'owner', color: '#ABCDEF' },
      createdAt: 1,
    }
    const added = { summary, password: room.password, messages: [], seated: new Set<FakeConnection>() }
    this.rooms.set(id, added)
    return added
  }

  room(id: RoomId): FakeRoom {
    const room = this.rooms.get(id)
    if (room === undefined) throw new RequestError('noSuchRoom', 'there is no such room')
    return room
  }

  /** Posts a message of somebody else. If `isTold` is false, nobody is told of it. */
  say(
    id: RoomId,
    text: string,
    options: { user?: User; clientMessageId?: string; isTold?: boolean } = {},
  ): ChatMessage {
    const {
      user = { id: 'somebody', color: '#FEDCBA' },
      clientMessageId = crypto.randomUUID(),
      isTold = true,
    } = options
    return this.#post(this.room(id), user, clientMessageId, { text }, isTold)
  }

  requests<Type extends ClientMessageType>(type: Type): readonly ClientRequest<Type>[] {
    return this.received.filter((request): request is ClientRequest<Type> => request.type === type)
  }

  /** Resolves when `isTrue`; asks after each request and each change of connections. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>(resolve => this.#waiting.add(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #changed(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }

  #accept(socket: WebSocket): void {
    const connection = new FakeConnection(socket)
    this.connections.add(connection)
    socket.on('message', data => void this.#receive(data.toString(), connection))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.connections.delete(connection)
      this.#subscribed.delete(connection)
      for (const room of this.rooms.values()) room.seated.delete(connection)
      this.#changed()
    })
    this.#changed()
  }

  async #receive(frame: string, connection: FakeConnection): Promise<void> {
    const decoded = decodeClientMessage(frame)
    if (decoded.kind === 'invalidFrame') {
      connection.close(4400)
      return
    }
    if (decoded.kind === 'invalidRequest') {
      connection.refuse(decoded.id, 'invalidRequest')
      return
    }
    const request = decoded.message
    this.received.push(request)
    try {
      const scripted = this.script(request, connection)
      const isHandled = (scripted instanceof Promise ? await scripted : scripted) === 'handled'
      if (!isHandled) connection.send(this.#answer(request, connection))
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      connection.refuse(request.id, error.code, error.retryAfterMs)
    }
    this.#changed()
  }

  #answer(request: ClientMessage, connection: FakeConnection): ServerMessage {
    const { id } = request
    switch (request.type) {
      case 'hello':
        return this.#welcome(request, connection)
      case 'room.subscribe':
        this.#subscribed.add(connection)
        return this.#list(id)
      case 'room.list':
        return this.#list(id)
      case 'room.unsubscribe':
        this.#subscribed.delete(connection)
        return { type: 'room.unsubscribed', id }
      case 'room.create': {
        const { title, password } = request
        const { summary } = this.addRoom(`r${this.rooms.size + 1}`, {
          title,
          ...(password !== undefined && { password }),
        })
        for (const other of this.#subscribed) other.send({ type: 'room.newRoom', room: summary })
        return { type: 'room.created', id, room: summary }
      }
      case 'chat.join':
        return this.#join(request, connection)
      case 'chat.leave':
        this.#seat(request.room, connection).seated.delete(connection)
        return { type: 'chat.left', id, room: request.room }
      case 'chat.typing':
        this.#seat(request.room, connection)
        return { type: 'chat.typed', id, room: request.room }
      case 'chat.send': {
        const { text, replyTo } = request
        return this.#send(request, connection, replyTo === undefined ? { text } : { text, replyTo })
      }
      case 'chat.sendGif': {
        const facts = { bytes: 1, width: 1, height: 1, frames: 1, durationMs: 0 }
        return this.#send(request, connection, { gif: { id: request.gif, name: request.name, ...facts } })
      }
      case 'chat.history': {
        const { beforeSeq = Number.POSITIVE_INFINITY, limit = LIMITS.joinHistory, room } = request
        const messages = this.#seat(room, connection).messages.filter(({ seq }) => seq < beforeSeq)
        return { type: 'chat.history', id, room, messages: messages.slice(-limit) }
      }
      default:
        throw new Error(`no answer to ${request satisfies never}`)
    }
  }

  /** A token is `user:<number>`, so a returning client is recognised. */
  #welcome({ id, token }: ClientRequest<'hello'>, connection: FakeConnection): ServerMessage {
    const isKnown = token?.startsWith('user:') === true
    const number = isKnown ? Number(token.slice(5)) : ++this.#people
    connection.user = { id: `user${number}`, color: `#${String(number).padStart(6, '0')}` }
    const identity = isKnown ? 'known' : token === undefined ? 'new' : 'replaced'
    return {
      type: 'welcome',
      id,
      token: `user:${number}`,
      user: connection.user,
      identity,
      server: 'fake',
    }
  }

  #list(id: string): ServerMessage {
    const rooms = Array.from(this.rooms.values(), room => room.summary)
    return { type: 'room.list', id, rooms, cursor: null, total: rooms.length }
  }

  #join(
    { id, room: roomId, password, sinceSeq }: ClientRequest<'chat.join'>,
    connection: FakeConnection,
  ): ServerMessage {
    const room = this.room(roomId)
    if (room.password !== undefined && password === undefined)
      throw new RequestError('passwordRequired', 'a password')
    if (room.password !== password)
      throw new RequestError('wrongPassword', 'not the password', { retryAfterMs: 500 })
    room.seated.add(connection)
    const missed = room.messages.filter(message => message.seq > (sinceSeq ?? 0))
    const gap = sinceSeq !== undefined && missed.length > this.resumeMessages
    return {
      type: 'chat.joined',
      id,
      room: room.summary,
      members: Array.from(room.seated, member => member.user),
      messages: gap || sinceSeq === undefined ? missed.slice(-LIMITS.joinHistory) : missed,
      lastSeq: room.messages.length,
      gap,
    }
  }

  #send(
    request: ClientRequest<'chat.send' | 'chat.sendGif'>,
    connection: FakeConnection,
    body: Body,
  ): ServerMessage {
    const { id, room: roomId, clientMessageId } = request
    const room = this.#seat(roomId, connection)
    const first = room.messages.find(
      message => message.user.id === connection.user.id && message.clientMessageId === clientMessageId,
    )
    const { seq, createdAt } = first ?? this.#post(room, connection.user, clientMessageId, body, true)
    return { type: 'chat.ack', id, room: roomId, clientMessageId, seq, createdAt }
  }

  #seat(id: RoomId, connection: FakeConnection): FakeRoom {
    const room = this.room(id)
    if (!room.seated.has(connection)) throw new RequestError('notInRoom', 'join it first')
    return room
  }

  #post(room: FakeRoom, user: User, clientMessageId: string, body: Body, isTold: boolean): ChatMessage {
    const message = { seq: room.messages.length + 1, user, clientMessageId, createdAt: Date.now(), ...body }
    room.messages.push(message)
    if (isTold)
      for (const member of room.seated) member.send({ type: 'chat.chat', room: room.summary.id, message })
    return message
  }
}
