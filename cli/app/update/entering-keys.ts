import { RequestError } from '../../../protocol/error-codes.ts'
import { problemSentence } from '../../i18n/problem-sentence.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import type { AppEvent, AppState, Effect } from '../model/app-state.ts'
import { type Entering, enteringLater } from '../model/entering.ts'
import { emptyPasswordForm, passwordFormAfterRefusal } from '../model/password-form.ts'
import { type Step, stepTo } from './step.ts'

/** A refused join: the password is asked for, the next try is waited for, or the list is shown. */
export function stepJoinRefused(
  state: AppState,
  { room, error }: Extract<AppEvent, { type: 'joinRefused' }>,
): Step {
  const { screen } = state
  if (screen.name === 'password' && screen.form.room === room && error instanceof RequestError) {
    const form = passwordFormAfterRefusal(screen.form, error, state.now)
    if (error.code !== 'noSuchRoom') return stepTo({ ...state, screen: { name: 'password', form } })
  }
  const step = screen.name === 'entering' ? stepEnteringRefused(state, screen, error) : undefined
  return step ?? stepBackToLobby(state, error)
}

/** Waits if the refusal is temporary, or asks for the password. Undefined for any other refusal. */
function stepEnteringRefused(state: AppState, screen: Entering, error: unknown): Step | undefined {
  if (!(error instanceof RequestError)) return undefined
  const { room, title } = screen
  if (error.code === 'passwordRequired')
    return stepTo({ ...state, screen: { name: 'password', form: emptyPasswordForm(room, title) } })
  if (error.code === 'wrongPassword') {
    const form = passwordFormAfterRefusal(emptyPasswordForm(room, title), error, state.now)
    return stepTo({ ...state, screen: { name: 'password', form } })
  }
  return error.isRetryable && state.connection.state !== 'closed'
    ? stepTo({ ...state, screen: enteringLater(screen, error, state.now) })
    : undefined
}

/** Asks the server again once the wait is over. */
export function stepEnteringTick(state: AppState, screen: Entering): Step {
  if (screen.retryAt === undefined || screen.retryAt > state.now) return stepTo(state)
  return stepTo({ ...state, screen: { ...screen, retryAt: undefined } }, joinOf(screen))
}

/** Escape gives up the wait and goes back to the list of rooms. */
export function stepEnteringKey(state: AppState, { room, isElsewhere }: Entering, key: KeyPress): Step {
  if (key.type !== 'key' || key.key !== 'escape') return stepTo(state)
  if (isElsewhere) return stepTo({ ...state, screen: { name: 'lobby' } }, { type: 'forgetVisit' })
  return stepTo({ ...state, screen: { name: 'lobby' } }, { type: 'leave', room }, { type: 'watchRooms' })
}

/** Back to the list of rooms, with the reason of the refusal. */
const stepBackToLobby = (state: AppState, error: unknown): Step =>
  stepTo({ ...state, screen: { name: 'lobby' }, notice: problemSentence(error) }, { type: 'watchRooms' })

const joinOf = ({ room, password }: Entering): Effect => ({
  type: 'join',
  room,
  ...(password !== undefined && { password }),
})
