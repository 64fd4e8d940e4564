import type { ClientEvent, ConnectionStatus } from '../../connection/client-events.ts'
import { problemSentence, type Sentence } from '../../i18n/problem-sentence.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { type AppState, closedSentence } from '../model/app-state.ts'
import {
  addNoteToChat,
  type ChatState,
  chatStateOnJoin,
  chatStateOnResume,
  dropOutgoingFromChat,
  type NoteLines,
  putOutgoingInChat,
  withAttendants,
} from '../model/chat-state.ts'
import { dropComposerDraft, keepComposerDraft, withComposerDraft } from '../model/drafts.ts'
import { inviteCommandOf } from '../model/invite.ts'
import { emptyLobby, endLobbyFilter, withLobbyEvent } from '../model/lobby-state.ts'
import { emptyPasswordForm } from '../model/password-form.ts'
import { NOBODY, personNameOf } from '../model/people/names.ts'
import { addPresenceToChat, addReturnToChat } from '../model/people/presence.ts'
import { addTypists } from '../model/typists.ts'
import { inviteLines } from '../view/invite.ts'
import { stepReceivedMessages } from './received-messages.ts'
import { type Step, stepTo } from './step.ts'
import { updateChat, updateShownChat } from './update-chat.ts'

/** Answers an event from the network. Its texts hold no escape sequences any more. */
export function stepNetwork(state: AppState, event: ClientEvent): Step {
  switch (event.type) {
    case 'status':
      return stepTo(withConnection(state, event.status))
    case 'identity':
      return stepTo(withIdentity(state, event))
    case 'rooms':
    case 'newRoom':
    case 'roomChanged':
      return stepTo({ ...state, lobby: withLobbyEvent(state.lobby, event) })
    case 'removeRoom':
      return stepTo(dropComposerDraft({ ...state, lobby: withLobbyEvent(state.lobby, event) }, event.room))
    case 'joined':
      return stepJoined(state, event)
    case 'message':
      return state.screen.name === 'chat' && state.screen.chat.room.id === event.room
        ? stepReceivedMessages(state, state.screen.chat, [event.message])
        : stepTo(state)
    case 'join':
    case 'exit':
      return stepTo(
        updateChat(state, event.room, chat =>
          event.type === 'join' && event.isReturn === true
            ? addReturnToChat(chat, event.users, event.people)
            : addPresenceToChat(chat, event.type, event.users, event.people, state.wallTime),
        ),
      )
    case 'attendants':
      return stepTo(updateChat(state, event.room, chat => withAttendants(chat, event.attendants)))
    case 'outgoing':
      return stepTo(updateChat(state, event.message.room, chat => putOutgoingInChat(chat, event.message)))
    case 'typing':
      return stepTo(
        updateChat(state, event.room, chat => {
          const others = event.users.filter(({ id }) => id !== chat.me)
          return { ...chat, typists: addTypists(chat.typists, others, state.now) }
        }),
      )
    case 'sent':
      return stepTo(state)
    case 'discarded':
      return stepTo(updateChat(state, event.room, chat => dropOutgoingFromChat(chat, event.clientMessageId)))
    case 'lostSeat':
      return stepLostSeat(state, event)
    case 'serverRestart':
      return stepTo(withRestartNotice(state))
    default:
      return event satisfies never
  }
}

function withIdentity(
  state: AppState,
  { user, identity, gifFileBytes }: Extract<ClientEvent, { type: 'identity' }>,
): AppState {
  const next = { ...state, user, mostGifBytes: gifFileBytes ?? state.mostGifBytes }
  if (identity === 'known' || user.id === state.user?.id) return next
  const name = personNameOf(user, { people: NOBODY, hasColor: state.environment.hasColor })
  const notice =
    state.notice ?? (texts => (identity === 'new' ? texts.newIdentity(name) : texts.replacedIdentity(name)))
  return { ...next, notice }
}

function stepJoined(state: AppState, joined: Extract<ClientEvent, { type: 'joined' }>): Step {
  const { screen } = state
  if (screen.name === 'chat' && screen.chat.room.id === joined.room.id) {
    return stepReceivedMessages(state, chatStateOnResume(screen.chat, joined), joined.messages)
  }
  const me = state.user?.id ?? ''
  const seated = withComposerDraft(state, chatStateOnJoin(joined, me, state.environment))
  const known = joined.connections > 1 ? addNoteToChat(seated, twoWindowsLines) : seated
  const invited = joined.room.owner.id === me ? withFirstInvite(state, known) : known
  // The notice tells a newcomer their name. It moves into the room, or nobody would see it.
  const welcome = state.notice ?? (texts => texts.chat.welcome)
  const entered = addNoteToChat(invited, texts =>
    welcome(texts)
      .split('\n')
      .map(text => [{ text, tone: 'faint' }]),
  )
  return stepTo(
    // The filter ends here. After the room, letters are keys of the list again.
    {
      ...state,
      notice: undefined,
      lobby: endLobbyFilter(state.lobby),
      screen: { name: 'chat', chat: entered },
    },
    { type: 'unwatchRooms' },
  )
}

/** Tells whoever opened a room how others come in. */
function withFirstInvite({ environment, hosting }: AppState, chat: ChatState): ChatState {
  const line = inviteCommandOf(environment.servers[0], chat.room.id)
  return addNoteToChat(chat, texts => inviteLines(texts, [line], hosting), hosting?.isShared === false)
}

const twoWindowsLines: NoteLines = texts => texts.problems.twoWindows.map(text => [{ text, tone: 'warning' }])

function stepLostSeat(before: AppState, { room, error }: Extract<ClientEvent, { type: 'lostSeat' }>): Step {
  if (before.screen.name !== 'chat' || before.screen.chat.room.id !== room) return stepTo(before)
  const { title } = before.screen.chat.room
  const state = keepComposerDraft(before, before.screen.chat)
  if (error.code === 'wrongPassword' || error.code === 'passwordRequired') {
    return stepTo({ ...state, screen: { name: 'password', form: emptyPasswordForm(room, title) } })
  }
  const why = problemSentence(error)
  return stepTo(
    { ...state, screen: { name: 'lobby' }, notice: texts => texts.chat.lost(title, why(texts)) },
    { type: 'watchRooms' },
  )
}

const RESTARTS: Sentence = texts => texts.connection.restart

const withRestartNotice = (state: AppState): AppState =>
  state.screen.name === 'chat'
    ? updateShownChat(state, chat => ({ ...chat, notice: RESTARTS }))
    : { ...state, notice: RESTARTS }

/** A server that restarts is back sooner. One that has ended is waited for in vain. */
const LONG_GONE_MS = 2 * 60_000

/** What is wrong by now. The sentence stays the same one while that does. */
function troubleAfter({ connection, trouble, lostAt, now, environment }: AppState): AppState['trouble'] {
  if (connection.state === 'connecting') return trouble
  if (connection.state !== 'waiting') return undefined
  const isLongGone = lostAt !== undefined && now - lostAt >= LONG_GONE_MS
  const problem = connection.certificate ?? (isLongGone ? 'longGone' : undefined)
  if (problem === undefined || problem === trouble?.problem) return problem && trouble
  if (problem === 'longGone') return { problem, sentence: texts => texts.connection.longGone }
  const { dialledServer } = environment
  return { problem, sentence: texts => texts.problems.unreachable[problem](terminalSafeText(dialledServer)) }
}

/**
 * Shows what is wrong, at once when that is news, and else when there is nothing else to read.
 * Takes what was said about the connection away when nothing is wrong.
 */
function withTroubleNotice(state: AppState, earlier: AppState): AppState {
  const sentence = state.trouble?.sentence
  const isNews = sentence !== undefined && state.trouble !== earlier.trouble
  const mayGo = (notice: Sentence | undefined) =>
    isNews || notice === undefined || notice === RESTARTS || notice === earlier.trouble?.sentence
  if (state.screen.name !== 'chat') return mayGo(state.notice) ? { ...state, notice: sentence } : state
  return mayGo(state.screen.chat.notice)
    ? updateShownChat(state, chat => ({ ...chat, notice: sentence }))
    : state
}

/** An open connection ends the notice of a restart, and of what was wrong. */
function withConnection(before: AppState, connection: ConnectionStatus): AppState {
  const lostAt = isLost(connection)
    ? before.connection.state === 'open'
      ? before.now
      : before.lostAt
    : undefined
  const lost = { ...before, connection, lostAt }
  const trouble = troubleAfter(lost)
  const state = { ...lost, trouble }
  // Whatever else the status line says is less important, and this may be longer than the line.
  if (connection.state === 'closed') {
    const isGone = connection.reason === 'serverEnded'
    const lobby = isGone ? emptyLobby : state.lobby
    return updateShownChat({ ...state, lobby }, chat => ({ ...chat, notice: closedSentence(state) }))
  }
  const isTrouble = connection.state === 'waiting' && trouble !== undefined
  const isTold = connection.state === 'open' || isTrouble || trouble !== before.trouble
  return isTold ? withTroubleNotice(state, before) : state
}

const isLost = ({ state }: ConnectionStatus): boolean => state === 'connecting' || state === 'waiting'
