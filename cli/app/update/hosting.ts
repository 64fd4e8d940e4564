import { problemSentence, type Sentence } from '../../i18n/problem-sentence.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { type KeyPress, keyOfHangulVowel } from '../../text/editor/key-press.ts'
import { type AppEvent, type AppState, closedSentence } from '../model/app-state.ts'
import { addNoteToChat, dropLocalInvites } from '../model/chat-state.ts'
import { isDelayedMessage } from '../model/conversation/delay.ts'
import { inviteCommandOf } from '../model/invite.ts'
import { sharedInviteLines } from '../view/invite.ts'
import { firstWholeNotice } from '../view/lobby-notice.ts'
import { type Step, stepTo } from './step.ts'
import { updateShownChat } from './update-chat.ts'

/*
 * What the host of a server can do, when this program runs the server itself: open it to the
 * network, and quit. Whoever would lose something by quitting is asked first: a host on whose
 * server others are, and anybody whose messages are not sent yet.
 */

/** How long a question about quitting stands, in milliseconds. */
const ASK_MS = 30_000

/** News of the server. */
export function stepHosting(
  state: AppState,
  event: Extract<
    AppEvent,
    { type: 'hosting' | 'hostingLost' | 'hostingOver' | 'shared' | 'hostingFailed' | 'guestsRemain' }
  >,
): Step {
  switch (event.type) {
    case 'hosting':
      return stepTo({
        ...state,
        hosting: { isShared: false },
        notice: state.hosting?.isLost ? texts => texts.ownServer : state.notice,
      })
    case 'hostingLost':
      return stepHostingLost(state)
    case 'hostingOver':
      return stepTo({ ...state, hosting: undefined })
    case 'shared':
      return stepShared(state, event.servers)
    case 'hostingFailed':
      return stepTo(withNotice(state, hostingProblem(state, event.error)))
    case 'guestsRemain':
      return stepGuestsRemain(state, event.guests)
    default:
      return event satisfies never
  }
}

/** The rooms are gone with the server. Whoever sits in one can still read what was said there. */
function stepHostingLost(before: AppState): Step {
  const state = { ...before, hosting: { isShared: false, isLost: true } }
  return stepTo(updateShownChat(state, chat => ({ ...chat, notice: closedSentence(state) })))
}

/** Runs another server in place of the one that was lost. */
export const stepHostAgain = (state: AppState): Step => stepTo(state, { type: 'hostAgain' })

const hostingProblem = ({ connection }: AppState, error: unknown): Sentence =>
  connection.state === 'open' ? problemSentence(error) : texts => texts.hosting.ended

/** Opens the server to the networks of this machine, or says why that can't be. */
export function stepShare(state: AppState): Step {
  if (state.hosting === undefined) return stepTo(withNotice(state, texts => texts.hosting.notYours))
  return stepTo(state, { type: 'share' })
}

/** Asks first: whoever types a word to filter by must not open the server to a network with it. */
export const stepAskToShare = (
  state: AppState,
  hosting: NonNullable<AppState['hosting']>,
  shareQuestion: 'asked' | 'missed' = 'asked',
): Step =>
  stepTo({
    ...state,
    hosting: { ...hosting, shareQuestion },
    notice: ({ hosting }) => (shareQuestion === 'asked' ? hosting.askToShare : hosting.staysClosed),
  })

/**
 * A key while the question stands, which has all of them. After something that is no answer nothing
 * opens the server any more, since the rest of a word may follow.
 */
export function stepShareAnswer(
  state: AppState,
  hosting: NonNullable<AppState['hosting']>,
  key: KeyPress,
): Step {
  const isMissed = hosting.shareQuestion === 'missed'
  const answer = key.type === 'key' ? key.key : keyOfHangulVowel(key.text).toLowerCase()
  const decided = { ...state, hosting: { ...hosting, shareQuestion: undefined } }
  if (answer === 'escape' || answer === 'n' || (isMissed && answer === 'enter')) return stepTo(decided)
  if (!isMissed && (answer === 'enter' || answer === 'y')) return stepShare(decided)
  return stepAskToShare(state, hosting, isMissed || key.type === 'text' ? 'missed' : 'asked')
}

/** The server is open: shows the lines to hand on. */
function stepShared(before: AppState, servers: readonly string[]): Step {
  const [first, ...rest] = servers
  if (first === undefined) return stepTo(withNotice(before, texts => texts.hosting.noNetwork))
  const hosting = { isShared: true }
  const state = {
    ...before,
    hosting,
    environment: { ...before.environment, servers: [first, ...rest] },
  } as const
  if (state.screen.name !== 'chat') {
    const addresses = servers.map(server => terminalSafeText(server))
    const { size } = state.environment
    // In a tiny window, the address that others need is worth more than the words around it.
    return stepTo({
      ...state,
      notice: texts =>
        firstWholeNotice(
          [texts.hosting.shared(addresses), addresses.join('\n'), ...addresses.slice(0, 1)],
          size,
        ),
    })
  }
  const { room } = state.screen.chat
  return stepTo(
    updateShownChat(state, chat =>
      addNoteToChat(dropLocalInvites(chat), texts =>
        sharedInviteLines(
          texts,
          servers.map(server => inviteCommandOf(server, room.id)),
        ),
      ),
    ),
  )
}

/** Quits, unless that would cost something that the user was not told yet. */
export function stepQuit(state: AppState): Step {
  if (isQuitAsked(state)) return stepTo(state, { type: 'quit' })
  // What a host has not sent to the server would end with the server.
  if (state.hosting !== undefined) return stepTo(state, { type: 'quitUnlessGuests' })
  const unsent = countDelayedMessages(state)
  if (unsent > 0)
    return stepTo({
      ...withNotice(state, ({ hosting }) => hosting.askUnsent(unsent)),
      quitAskedAt: state.now,
    })
  return stepTo(state, { type: 'quit' })
}

function stepGuestsRemain(state: AppState, guests: number): Step {
  const asked = { ...state, quitAskedAt: state.now }
  const isInRoom = state.screen.name === 'chat'
  return stepTo(
    withNotice(asked, ({ hosting }) => (isInRoom ? hosting.askInRoom(guests) : hosting.askInLobby(guests))),
  )
}

/** Quits and leaves the server running in the background for those who are there. */
export function stepDetach(state: AppState): Step {
  if (state.hosting === undefined) return stepTo(withNotice(state, texts => texts.hosting.nothingToLeave))
  return stepTo(state, { type: 'detach' })
}

/** Messages that quitting would lose. One that was sent just now still reaches the server. */
function countDelayedMessages({ screen, connection, now }: AppState): number {
  if (screen.name !== 'chat' || connection.state === 'closed') return 0
  return screen.chat.outgoing.filter(
    message =>
      connection.state !== 'open' ||
      message.state === 'failed' ||
      'gifPath' in message.body ||
      isDelayedMessage(message, now),
  ).length
}

/** Whether the user was just told what quitting would cost. */
export const isQuitAsked = ({ quitAskedAt, now }: AppState): boolean =>
  quitAskedAt !== undefined && now - quitAskedAt < ASK_MS

/** Shows a sentence on whatever screen there is. */
const withNotice = (state: AppState, notice: Sentence): AppState =>
  state.screen.name === 'chat' ? updateShownChat(state, chat => ({ ...chat, notice })) : { ...state, notice }
