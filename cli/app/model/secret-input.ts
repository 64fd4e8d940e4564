import type { AppEvent, AppState } from './app-state.ts'

/** Whether what is typed now goes into a password. */
export const asksPassword = ({ screen }: AppState): boolean =>
  screen.name === 'password' || (screen.name === 'create' && screen.form.focus === 'password')

/** The event without anything that may be part of a password. */
export function withoutSecrets(event: AppEvent, state: AppState): AppEvent {
  // While a room is entered, people may already type the password that they expect to be asked for.
  if (!asksPassword(state) && state.screen.name !== 'entering') return event
  if (event.type === 'paste') return { ...event, text: MASK }
  if (event.type === 'key' && event.key.type === 'text')
    return { ...event, key: { ...event.key, text: MASK } }
  return event
}

const MASK = '***'
