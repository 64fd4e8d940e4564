import type { AppEvent, AppState } from './app-state.ts'

/** Whether typed text currently goes into a password. */
export const isTypingPassword = ({ screen }: AppState): boolean =>
  screen.name === 'password' || (screen.name === 'create' && screen.form.focus === 'password')

/** The event with any text masked that may be part of a password. */
export function maskSecretInput(event: AppEvent, state: AppState): AppEvent {
  // During a join, people may already type the password that they expect to be asked for.
  if (!isTypingPassword(state) && state.screen.name !== 'entering') return event
  if (event.type === 'paste') return { ...event, text: MASK }
  if (event.type === 'key' && event.key.type === 'text')
    return { ...event, key: { ...event.key, text: MASK } }
  return event
}

const MASK = '***'
