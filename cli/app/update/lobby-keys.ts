import { keyOfVowel } from '../../text/editor/hangul.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import { type AppState, type Effect, type Step, stay } from '../model/app-state.ts'
import {
  type CreateForm,
  createForm,
  firstProblemField,
  newRoomOf,
  pressInForm,
} from '../model/create-form.ts'
import { beginFilter, pressInLobby, selectedRoom } from '../model/lobby-state.ts'
import { type PasswordForm, passwordForm, pressInPassword } from '../model/password-form.ts'

/** Rows above and below the list of rooms. */
const LOBBY_FRAME_ROWS = 5

/** A key in the list of rooms. */
export function stepLobbyKey(state: AppState, key: KeyPress): Step {
  if (key.type === 'key' && key.key === 'enter') return enterSelected(state)
  const page = Math.max(1, state.environment.size.rows - LOBBY_FRAME_ROWS)
  const lobby = pressInLobby(state.lobby, key, page)
  if (lobby !== undefined) return stay({ ...state, lobby })
  if (key.type === 'key') return stay(state)
  switch (keyOfVowel(key.text)) {
    case 'n':
      return stay({
        ...state,
        screen: { name: 'create', form: createForm(state.environment.suggestTitle()) },
      })
    case '?':
      return stay({ ...state, helpRow: 0 })
    case 'q':
      return stay(state, { type: 'quit' })
    default:
      return stay({ ...state, lobby: beginFilter(state.lobby, key.text) })
  }
}

/** A key in the form for a new room. */
export function stepCreateKey(state: AppState, form: CreateForm, key: KeyPress): Step {
  if (form.isSubmitting) return stay(state)
  if (key.type === 'key' && key.key === 'escape') return stay({ ...state, screen: { name: 'lobby' } })
  if (key.type !== 'key' || key.key !== 'enter') {
    return stay({ ...state, screen: { name: 'create', form: pressInForm(form, key) } })
  }
  const room = newRoomOf(form)
  if (room === undefined) {
    return stay({
      ...state,
      screen: { name: 'create', form: { ...form, focus: firstProblemField(form) ?? form.focus } },
    })
  }
  return stay(
    { ...state, screen: { name: 'create', form: { ...form, isSubmitting: true } } },
    { type: 'create', room },
  )
}

/** A key in the prompt for a password. */
export function stepPasswordKey(state: AppState, form: PasswordForm, key: KeyPress): Step {
  if (key.type === 'key' && key.key === 'escape') {
    return stay({ ...state, screen: { name: 'lobby' } }, { type: 'watchRooms' })
  }
  if (form.isChecking) return stay(state)
  if (key.type !== 'key' || key.key !== 'enter') {
    return withPassword(state, pressInPassword(form, key))
  }
  if (form.editor.text === '') {
    return withPassword(state, { ...form, problem: texts => texts.password.empty })
  }
  return form.retryAt > state.now
    ? withPassword(state, { ...form, isQueued: true })
    : tryPassword(state, form)
}

/** Sends a password that has waited for its time. */
export const stepPasswordTick = (state: AppState, form: PasswordForm): Step =>
  form.isQueued && form.retryAt <= state.now ? tryPassword(state, form) : stay(state)

const tryPassword = (state: AppState, form: PasswordForm): Step =>
  withPassword(
    state,
    { ...form, isChecking: true, isQueued: false, problem: undefined },
    { type: 'join', room: form.room, password: form.editor.text },
  )

const withPassword = (state: AppState, form: PasswordForm, ...effects: readonly Effect[]): Step =>
  stay({ ...state, screen: { name: 'password', form } }, ...effects)

function enterSelected(state: AppState): Step {
  const room = selectedRoom(state.lobby)
  if (room === undefined) return stay(state)
  if (room.people >= room.max) return stay({ ...state, notice: texts => texts.lobby.full })
  if (room.hasPassword)
    return stay({ ...state, screen: { name: 'password', form: passwordForm(room.id, room.title) } })
  return stay(
    { ...state, screen: { name: 'entering', room: room.id, title: room.title } },
    { type: 'join', room: room.id },
  )
}
