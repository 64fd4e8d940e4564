import type { ChatClient, ClientEvent, OutgoingHandle } from '../../cli/connection/client-events.ts'

/** A client without a server. A test emits its events and reads the calls. */
export class FakeChatClient implements ChatClient {
  readonly server = 'ws://localhost:8005'
  readonly status = { state: 'open' } as const
  readonly user = undefined
  readonly mostGifBytes = 10 * 1024 * 1024
  /** Each call, as `name argument…`. */
  readonly calls: string[] = []
  /** By the name of a function: the error that its next call rejects with. */
  readonly refusals = new Map<string, Error>()
  /** The answers of `fetchGif`, `awaitGif` and `history`. */
  gifBytes = new Uint8Array()
  page: Awaited<ReturnType<ChatClient['history']>> = []
  readonly #listeners = new Set<(event: ClientEvent) => void>()

  emit(...events: readonly ClientEvent[]): void {
    for (const event of events) for (const listener of [...this.#listeners]) listener(event)
  }

  subscribe(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  connect = () => this.#call('connect', undefined)
  reconnectNow = () => void this.calls.push('reconnectNow')
  endWithServer = () => void this.calls.push('endWithServer')
  setReading = (isReading: boolean) => void this.calls.push(`setReading ${isReading}`)
  listRooms = () => this.#call('listRooms', [])
  watchRooms = () => this.#call('watchRooms', undefined)
  unwatchRooms = () => this.#call('unwatchRooms', undefined)
  createRoom: ChatClient['createRoom'] = room =>
    this.#call('createRoom', { ...roomFacts, title: room.title, max: room.max }, JSON.stringify(room))
  join: ChatClient['join'] = (room, options) =>
    this.#call('join', { ...roomFacts, id: room }, room, JSON.stringify(options))
  leave: ChatClient['leave'] = room => this.#call('leave', undefined, room)
  hintTyping = (room: string) => void this.calls.push(`hintTyping ${room}`)
  send: ChatClient['send'] = (room, text, ...reply) => this.#outgoing('send', room, text, ...reply)
  sendGif: ChatClient['sendGif'] = (room, path, reply, smaller) =>
    this.#outgoing('sendGif', room, path, reply, smaller && `${smaller.length} bytes`)
  retry: ChatClient['retry'] = id => void this.calls.push(`retry ${id}`)
  discard: ChatClient['discard'] = id => void this.calls.push(`discard ${id}`)
  history: ChatClient['history'] = (room, beforeSeq) =>
    this.#call('history', this.page, room, String(beforeSeq))
  fetchGif: ChatClient['fetchGif'] = (room, gif) => this.#call('fetchGif', this.gifBytes, room, gif)
  awaitGif: ChatClient['awaitGif'] = (room, gif) => this.#call('awaitGif', this.gifBytes, room, gif)
  close = () => this.#call('close', undefined)

  #outgoing(name: string, ...facts: readonly unknown[]): OutgoingHandle {
    const told = facts.filter(fact => fact !== undefined).map(String)
    const acked = this.#call(name, { seq: 1, createdAt: 0 }, ...told)
    acked.catch(() => undefined)
    return { clientMessageId: `${name}1`, acked }
  }

  #call<Answer>(name: string, answer: Answer, ...facts: readonly string[]): Promise<Answer> {
    this.calls.push([name, ...facts].join(' '))
    const refusal = this.refusals.get(name)
    this.refusals.delete(name)
    return refusal === undefined ? Promise.resolve(answer) : Promise.reject(refusal)
  }
}

const roomFacts = {
  id: 'new1',
  title: 'a room',
  people: 0,
  max: 10,
  hasPassword: false,
  owner: { id: 'mememe', color: '#12C6B8' },
  createdAt: 0,
}
