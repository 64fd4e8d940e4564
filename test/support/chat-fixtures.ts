import { type AppEvent, type AppState, type Effect, initialAppState } from '../../cli/app/model/app-state.ts'
import type { ChatState } from '../../cli/app/model/chat-state.ts'
import type { Environment } from '../../cli/app/model/environment.ts'
import { stepApp } from '../../cli/app/update/app-step.ts'
import { chatBlockContext, chatGeometry } from '../../cli/app/view/chat-geometry.ts'
import { layoutChatViewport } from '../../cli/app/view/chat-layout.ts'
import { readDisplaySettings } from '../../cli/commands/shell/read-display-settings.ts'
import type { ClientEvent } from '../../cli/connection/client-events.ts'
import { en } from '../../cli/i18n/en.ts'
import { SILENT_REPORT } from '../../cli/terminal/ask/terminal-report.ts'
import type { ChatMessage, PostedGif, RoomSummary, User } from '../../protocol/model.ts'

// The screen shows times in the zone of the machine; tests use one zone everywhere.
process.env.TZ = 'UTC'

/** 2026-11-24T12:00:00Z, when everything in these fixtures happens. */
export const NOON = Date.UTC(2026, 10, 24, 12)

export const ME: User = { id: 'mememe', color: '#12C6B8' }
export const OTHER: User = { id: 'others', color: '#AC8D53' }

export const environmentOf = (columns = 80, rows = 24, change: Partial<Environment> = {}): Environment => ({
  texts: en,
  display: readDisplaySettings({}, {}),
  terminal: SILENT_REPORT,
  size: { columns, rows },
  colors: { depth: 'truecolor', background: '#000000' },
  hasColor: true,
  hasLinks: true,
  hasClipboard: true,
  servers: ['ws://localhost:8005'],
  dialledServer: 'ws://localhost:8005',
  suggestTitle: () => 'brave otters sing',
  ...change,
})

export const roomOf = (id: string, change: Partial<RoomSummary> = {}): RoomSummary => ({
  id,
  title: `room ${id}`,
  people: 1,
  max: 10,
  hasPassword: false,
  owner: OTHER,
  createdAt: NOON,
  ...change,
})

export const messageOf = (seq: number, text: string, user: User = OTHER, createdAt = NOON): ChatMessage => ({
  seq,
  user,
  clientMessageId: `c${seq}`,
  createdAt,
  text,
})

export const GIF: PostedGif = {
  id: 'A'.repeat(22),
  bytes: 2_048,
  width: 64,
  height: 48,
  frames: 4,
  durationMs: 480,
  name: 'cat.gif',
}

export const gifMessageOf = (seq: number, user: User = OTHER, gif: PostedGif = GIF): ChatMessage => ({
  seq,
  user,
  clientMessageId: `c${seq}`,
  createdAt: NOON,
  gif,
})

export const joinedOf = (
  room: RoomSummary = roomOf('r1'),
  messages: readonly ChatMessage[] = [],
  members: readonly User[] = [OTHER, ME],
): Extract<ClientEvent, { type: 'joined' }> => ({
  type: 'joined',
  room,
  members,
  connections: 1,
  attendants: { bots: [], observers: [] },
  messages,
  lastSeq: messages.at(-1)?.seq ?? 0,
  isResume: false,
})

/** An app without a screen. It is fed with events and keeps its effects. */
export class AppUnderTest {
  state: AppState
  readonly effects: Effect[] = []
  now = NOON

  constructor(environment: Environment = environmentOf()) {
    this.state = initialAppState(environment, { now: NOON, wallTime: NOON })
    this.network(
      { type: 'status', status: { state: 'open' } },
      { type: 'identity', user: ME, identity: 'known' },
    )
  }

  /** An app whose user is in a room. */
  static inRoom(messages: readonly ChatMessage[] = [], environment?: Environment): AppUnderTest {
    const app = new AppUnderTest(environment)
    app.network(joinedOf(roomOf('r1', { people: 2 }), messages))
    return app
  }

  apply(...events: readonly AppEvent[]): this {
    for (const event of events) {
      const { state, effects } = stepApp(this.state, event, { now: this.now, wallTime: this.now })
      this.state = state
      this.effects.push(...effects)
    }
    return this
  }

  network(...events: readonly ClientEvent[]): this {
    return this.apply(...events.map(event => ({ type: 'network', event }) as const))
  }

  /** Presses keys by their names. */
  press(...keys: readonly string[]): this {
    return this.apply(...keys.map(key => ({ type: 'key', key: { type: 'key', key } }) as const))
  }

  type(text: string): this {
    return this.apply({ type: 'key', key: { type: 'text', text } })
  }

  get chat(): ChatState {
    if (this.state.screen.name !== 'chat')
      throw new Error(`on the ${this.state.screen.name} screen, not in a room`)
    return this.state.screen.chat
  }

  /** The rows of the conversation, without styles. */
  rows(): readonly string[] {
    const { environment } = this.state
    const { listRows } = chatGeometry(this.chat, environment)
    const { rows } = layoutChatViewport(this.chat, chatBlockContext(this.chat, environment), listRows)
    return rows.map(row => row.spans.map(span => span.text).join(''))
  }

  /** The notice that is shown. */
  get notice(): string | undefined {
    const notice = this.state.screen.name === 'chat' ? this.chat.notice : this.state.notice
    return notice?.(this.state.environment.texts)
  }
}
