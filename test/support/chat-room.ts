import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'
import { WireClient } from './wire-client.ts'

/**
 * A room on a real server. A guest's client has opened it, and the built program has joined it in a
 * terminal.
 */
export interface RoomOnScreen extends AsyncDisposable {
  readonly room: string
  readonly guest: WireClient
  readonly terminal: Terminal
  /** The guest posts a text. Resolves with its `seq`. */
  say(text: string, more?: { readonly replyTo?: number }): Promise<number>
}

/** A room before the program joins it. */
interface RoomOptions extends TerminalOptions {
  readonly title?: string
  /** The texts that the guest has posted before that. */
  readonly history?: readonly string[]
}

/**
 * Opens a room named `title`, lets the program join it in a terminal, and waits until it is there.
 */
export async function openRoomOnScreen(
  url: string,
  { title = 'night train', history = [], ...options }: RoomOptions = {},
): Promise<RoomOnScreen> {
  const guest = await WireClient.hello(url)
  const { room } = await guest.ask({ type: 'room.create', title, max: 1_000 }, 'room.created')
  await guest.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  let said = 0
  const say: RoomOnScreen['say'] = async (text, more = {}) => {
    const clientMessageId = `said${++said}`
    const request = { type: 'chat.send', room: room.id, clientMessageId, text, ...more } as const
    return (await guest.ask(request, 'chat.ack')).seq
  }
  await Promise.all(history.map(text => say(text)))
  const terminal = await openTerminal({
    ...options,
    args: ['join', `${url}/${room.id}`, ...(options.args ?? [])],
  })
  await terminal.ready()
  await guest.event('chat.join', ({ people }) => people === 2)
  return {
    room: room.id,
    guest,
    terminal,
    say,
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]()
      await guest[Symbol.asyncDispose]()
    },
  }
}
