import { type ChatClientOptions, createChatClient } from '../../cli/connection/chat-client.ts'
import type { ChatClient, ClientEvent } from '../../cli/connection/client-events.ts'
import type { ChatMessage } from '../../protocol/model.ts'

type EventOf<Type extends ClientEvent['type']> = Extract<ClientEvent, { type: Type }>

/** A real client that records every event and can wait for one. */
export class RecordedClient implements AsyncDisposable {
  readonly client: ChatClient
  readonly events: ClientEvent[] = []
  readonly #waiting = new Set<() => void>()

  /** Reconnects without a wait, unless `options` say otherwise. */
  constructor(options: ChatClientOptions) {
    this.client = createChatClient({ random: () => 0, ...options })
    this.client.subscribe(event => {
      this.events.push(event)
      for (const look of [...this.#waiting]) look()
    })
  }

  static async connect(options: ChatClientOptions): Promise<RecordedClient> {
    const recorded = new RecordedClient(options)
    await recorded.client.connect()
    return recorded
  }

  all<Type extends ClientEvent['type']>(type: Type): readonly EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type)
  }

  /** The first event of this type that fits. It may have come already. */
  async event<Type extends ClientEvent['type']>(
    type: Type,
    fits: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    await this.until(() => this.all(type).some(fits))
    return this.all(type).find(fits) as EventOf<Type> // until saw it
  }

  /** Resolves when `isTrue` returns true. It is called after each event. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>(resolve => {
        const look = () => {
          this.#waiting.delete(look)
          resolve()
        }
        this.#waiting.add(look)
      })
    }
  }

  /** Every message that a screen would show, from joins and events. */
  get shown(): readonly ChatMessage[] {
    return this.events.flatMap(event => {
      if (event.type === 'joined') return event.messages
      return event.type === 'message' ? [event.message] : []
    })
  }

  get shownTexts(): readonly string[] {
    return this.shown.map(message => ('text' in message ? message.text : message.gif.name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
  }
}
