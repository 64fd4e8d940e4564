import { problemSentence } from '../../i18n/problem-sentence.ts'
import { type Invite, readInviteLine } from '../../identity/invite-line.ts'
import { ServerAddressError } from '../../identity/server-address.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import type { AppEvent, AppState } from '../model/app-state.ts'
import { endLobbyFilter } from '../model/lobby-state.ts'
import { isQuitAsked } from './hosting.ts'
import { stepEnterRoom } from './lobby-keys.ts'
import { type Step, stepTo } from './step.ts'

/*
 * Whoever pastes the line that a room hands on into the list of rooms goes there. Its way:
 * 1. A room that is listed is entered like a chosen one: a server has several addresses.
 * 2. Another room of this server is asked for.
 * 3. For another server, the effect `visit` connects to it. The screen waits, and Esc gives it up.
 *    A host on whose server others are is asked first, since that server ends.
 * 4. When that server has said welcome, the app begins again there.
 */

/** Goes where a pasted text leads; undefined if it is not an invite. */
export function stepPastedInvite(state: AppState, text: string): Step | undefined {
  const { environment, lobby, hosting } = state
  // A question has what is typed and pasted.
  if (hosting?.shareQuestion !== undefined) return undefined
  try {
    const invite = readInviteLine(text, environment.dialledServer)
    if (invite === undefined) return undefined
    const calm = { ...state, lobby: endLobbyFilter(lobby), notice: undefined }
    const isHere = [environment.dialledServer, ...environment.servers].includes(invite.server)
    const listed = invite.room === undefined ? undefined : lobby.rooms?.get(invite.room)
    if (listed !== undefined) return stepEnterRoom(calm, listed)
    if (!isHere) return visitServer(calm, invite)
    if (invite.room === undefined) return stepTo(calm)
    const { room } = invite
    return stepTo({ ...calm, screen: { name: 'entering', room, title: room } }, { type: 'join', room })
  } catch (error) {
    if (!(error instanceof ServerAddressError)) throw error
    return stepTo({ ...state, notice: problemSentence(error) })
  }
}

/** Enter goes where an invite leads that was typed, since no title has it in it. */
export const stepFilteredInvite = (state: AppState, key: KeyPress): Step | undefined =>
  key.type === 'key' && key.key === 'enter' && state.lobby.visible.size === 0
    ? stepPastedInvite(state, state.lobby.filter.text)
    : undefined

function visitServer(state: AppState, invite: Invite): Step {
  const { server, room } = invite
  return stepTo(
    { ...state, screen: { name: 'entering', room: room ?? '', title: server, isElsewhere: true } },
    { type: 'visit', invite, isConfirmed: isQuitAsked(state) },
  )
}

/** The other server can't be reached, or guests of this one would lose theirs. */
export function stepVisitFailed(
  state: AppState,
  event: Extract<AppEvent, { type: 'visitFailed' | 'guestsRemainOnVisit' }>,
): Step {
  if (state.screen.name !== 'entering') return stepTo(state)
  const lobby = { ...state, screen: { name: 'lobby' } } as const
  if (event.type === 'visitFailed') return stepTo({ ...lobby, notice: problemSentence(event.error) })
  return stepTo({
    ...lobby,
    quitAskedAt: state.now,
    notice: texts => texts.hosting.askToVisit(event.guests),
  })
}
