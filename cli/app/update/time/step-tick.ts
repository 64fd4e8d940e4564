import type { AppState } from '../../model/app-state.ts'
import { delayOfOutgoing, msUntilDelay } from '../../model/conversation/delay.ts'
import { freshTypists } from '../../model/typists.ts'
import { stepEnteringTick } from '../entering-keys.ts'
import { stepPasswordTick } from '../lobby-keys.ts'
import { type Step, stepTo } from '../step.ts'

/** Milliseconds until something on the screen is out of date; undefined if nothing will be. */
export function msUntilStepTick({ connection, screen, now }: AppState): number | undefined {
  if ((connection.state === 'waiting' || connection.state === 'queueing') && connection.retryAt > now)
    return Math.min(1_000, connection.retryAt - now)
  if (screen.name === 'password' && screen.form.retryAt > now)
    return Math.min(1_000, screen.form.retryAt - now)
  if (screen.name === 'entering' && screen.retryAt !== undefined)
    return Math.min(1_000, Math.max(1, screen.retryAt - now))
  if (screen.name !== 'chat') return screen.name === 'lobby' ? 30_000 : undefined
  const { typists, outgoing } = screen.chat
  const waits = [...typists.map(({ until }) => until - now), msUntilDelay(outgoing, now) ?? []].flat()
  return waits.length === 0 ? undefined : Math.max(1, Math.min(...waits))
}

/** Time went by. */
export function stepTick(state: AppState): Step {
  const { screen, now } = state
  if (screen.name === 'password') return stepPasswordTick(state, screen.form)
  if (screen.name === 'entering') return stepEnteringTick(state, screen)
  if (screen.name !== 'chat') return stepTo(state)
  const { chat } = screen
  const typists = freshTypists(chat.typists, now)
  return stepTo({ ...state, screen: { name: 'chat', chat: { ...chat, typists } } })
}

/** Whatever has happened: says why the unsent messages of the room wait, if they do. */
export function updateSendDelay(state: AppState): AppState {
  if (state.screen.name !== 'chat') return state
  const { chat } = state.screen
  const delay = delayOfOutgoing(chat.outgoing, state.connection, state.now)
  return delay === chat.delay ? state : { ...state, screen: { name: 'chat', chat: { ...chat, delay } } }
}
