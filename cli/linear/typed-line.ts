import type { RoomSummary } from '../../protocol/model.ts'
import type { AppEvent, AppState } from '../app/model/app-state.ts'
import type { ChatState } from '../app/model/chat-state.ts'
import { type CreateForm, createFieldProblem, pressInCreateForm } from '../app/model/create-form.ts'
import { isInviteLine } from '../app/model/invite.ts'
import { LobbyRoomList } from '../app/model/lobby-room-list.ts'
import { filterLobbyRooms } from '../app/model/lobby-state.ts'
import type { Texts } from '../i18n/en.ts'
import type { KeyPress } from '../text/editor/key-press.ts'
import { spokenField, spokenLobby, spokenRoom } from './spoken-lines.ts'

/** What a typed line does: it presses keys, and some lines are answered at once. */
interface TypedLine {
  readonly events: readonly AppEvent[]
  readonly said: readonly string[]
}

/** Translates a typed line into the keys that do the same on the full screen. */
export function readTypedLine(state: AppState, line: string): TypedLine {
  const text = line.normalize('NFC')
  switch (state.screen.name) {
    case 'lobby':
      return readLobbyLine(state, text.trim())
    case 'entering':
      return text.trim() === '' ? keys('escape') : keys()
    case 'create':
      return readFormLine(state.screen.form, text, state.environment.texts)
    case 'password':
      return text === '' ? keys('escape') : { ...keys(...CLEAR_FIELD, ...letters(text), 'enter') }
    case 'chat':
      if (text.trim() !== '') return keys(...CLEAR_FIELD, ...letters(text), 'enter')
      // It answers the question about a long text, or whether a smaller GIF shall be sent.
      return isAsked(state.screen.chat) ? keys('enter') : keys()
    default:
      return state.screen satisfies never
  }
}

const isAsked = ({ composer, offer }: ChatState): boolean => composer.isAsking || offer !== undefined

/** Empties the field, which may still have the text of a refused line. */
const CLEAR_FIELD = ['ctrl+e', 'ctrl+u'] as const

/** Each name is a key, or `text:` followed by typed text. */
const keyPresses = (...names: readonly string[]): readonly KeyPress[] =>
  names.map(name =>
    name.startsWith('text:') ? { type: 'text', text: name.slice(5) } : { type: 'key', key: name },
  )

const keys = (...names: readonly string[]): TypedLine => ({
  events: keyPresses(...names).map(key => ({ type: 'key', key })),
  said: [],
})

const letters = (text: string): readonly string[] => (text === '' ? [] : [`text:${text}`])

const say = (...said: readonly string[]): TypedLine => ({ events: [], said })

/** Fills in one field. If the answer is not valid, says why and asks again. */
function readFormLine(form: CreateForm, text: string, texts: Texts): TypedLine {
  const next = form.focus === 'password' ? 'enter' : 'tab'
  if (text === '') return keys(next)
  const typed = keyPresses(...CLEAR_FIELD, ...letters(text))
  const problem = createFieldProblem(typed.reduce(pressInCreateForm, form), form.focus)
  return problem === undefined
    ? keys(...CLEAR_FIELD, ...letters(text), next)
    : say(problem(texts), spokenField(form, texts))
}

function readLobbyLine(state: AppState, text: string): TypedLine {
  const { linear } = state.environment.texts
  if (text === '') return keys()
  if (text === 'l') return say(...spokenLobby(state))
  if (isInviteLine(text, state.environment)) return { events: [{ type: 'paste', text }], said: [] }
  // Each line begins without the filter that the line before has set.
  const fresh = state.lobby.isFiltering ? ['escape'] : []
  const isForServer = text === 'r' && state.hosting?.isLost === true
  if (text === 'n' || text === 'q' || isForServer) return keys(...fresh, `text:${text}`)
  // Help is closed at once, since it has been printed.
  if (text === '?' || text === '/help') return keys(...fresh, 'text:?', 'escape')
  const matching = matchingRooms(state, text)
  const [only] = matching
  if (only === undefined) return say(linear.noMatch(text), linear.lobbyHint)
  if (matching.length > 1) return say(linear.severalMatch, ...matching.map(room => spokenRoom(room, state)))
  return keys(...fresh, 'text:/', ...letters(only.id), 'enter')
}

/** Rooms whose title contains the text. An exact id or title takes precedence. */
function matchingRooms({ lobby }: AppState, text: string): readonly RoomSummary[] {
  const rooms = [...filterLobbyRooms(lobby.rooms ?? LobbyRoomList.empty, text)]
  const exact = rooms.filter(({ id, title }) => id === text || title === text)
  return exact.length > 0 ? exact : rooms
}
