import type { RoomSummary } from '../../../protocol/model.ts'
import { problemSentence } from '../../i18n/problem-sentence.ts'
import { type KeyPress, keyOfHangulVowel } from '../../text/editor/key-press.ts'
import type { AppState, Effect } from '../model/app-state.ts'
import {
  type CreateForm,
  emptyCreateForm,
  firstWrongCreateField,
  newRoomOfForm,
  pressInCreateForm,
} from '../model/create-form.ts'
import { beginLobbyFilter, pressInLobby, selectedLobbyRoom } from '../model/lobby-state.ts'
import { emptyPasswordForm, type PasswordForm, pressInPasswordForm } from '../model/password-form.ts'
import {
  isQuitAsked,
  stepAskToShare,
  stepDetach,
  stepHostAgain,
  stepQuit,
  stepShare,
  stepShareAnswer,
} from './hosting.ts'
import { type Step, stepTo } from './step.ts'

/** Rows above and below the list of rooms. */
const LOBBY_FRAME_ROWS = 5

/** A key in the list of rooms. */
export function stepLobbyKey(state: AppState, key: KeyPress): Step {
  const { hosting } = state
  if (hosting?.shareQuestion !== undefined) return stepShareAnswer(state, hosting, key)
  if (key.type === 'key' && key.key === 'enter') return enterSelectedRoom(state)
  const page = Math.max(1, state.environment.size.rows - LOBBY_FRAME_ROWS)
  const lobby = pressInLobby(state.lobby, key, page)
  if (lobby !== undefined) return stepTo({ ...state, lobby })
  if (key.type === 'key') return stepTo(state)
  switch (keyOfHangulVowel(key.text)) {
    case 'n':
      return stepTo({
        ...state,
        screen: { name: 'create', form: emptyCreateForm(state.environment.suggestTitle()) },
      })
    case '?':
      return stepTo({ ...state, helpRow: 0 })
    case 'q':
      return stepQuit(state)
    case 'r':
      if (state.hosting?.isLost === true) return stepHostAgain(state)
      break
    case 's':
      if (hosting !== undefined) return hosting.isShared ? stepShare(state) : stepAskToShare(state, hosting)
      break
    case 'd':
      if (isQuitAsked(state) && state.hosting !== undefined) return stepDetach(state)
      break
  }
  return stepTo({ ...state, lobby: beginLobbyFilter(state.lobby, key.text) })
}

/** A key in the form for a new room. */
export function stepCreateKey(state: AppState, form: CreateForm, key: KeyPress): Step {
  if (form.isSubmitting) return stepTo(state)
  if (key.type === 'key' && key.key === 'escape') return stepTo({ ...state, screen: { name: 'lobby' } })
  if (key.type !== 'key' || key.key !== 'enter') {
    return stepTo({ ...state, screen: { name: 'create', form: pressInCreateForm(form, key) } })
  }
  const room = newRoomOfForm(form)
  if (room === undefined) {
    return stepTo({
      ...state,
      screen: { name: 'create', form: { ...form, focus: firstWrongCreateField(form) ?? form.focus } },
    })
  }
  return stepTo(
    { ...state, screen: { name: 'create', form: { ...form, isSubmitting: true } } },
    { type: 'create', room },
  )
}

/** The server refused the new room: the form says why. */
export function stepCreateRefused(state: AppState, error: unknown): Step {
  if (state.screen.name !== 'create') return stepTo(state)
  const form = { ...state.screen.form, isSubmitting: false, problem: problemSentence(error) }
  return stepTo({ ...state, screen: { name: 'create', form } })
}

/** A key in the prompt for a password. */
export function stepPasswordKey(state: AppState, form: PasswordForm, key: KeyPress): Step {
  if (key.type === 'key' && key.key === 'escape') {
    return stepTo({ ...state, screen: { name: 'lobby' } }, { type: 'watchRooms' })
  }
  if (form.isChecking) return stepTo(state)
  if (key.type !== 'key' || key.key !== 'enter') {
    return withPassword(state, pressInPasswordForm(form, key))
  }
  if (form.editor.text === '') {
    return withPassword(state, { ...form, problem: texts => texts.password.empty })
  }
  return form.retryAt > state.now
    ? withPassword(state, { ...form, isQueued: true })
    : tryPassword(state, form)
}

/** Sends the queued password once the wait is over. */
export const stepPasswordTick = (state: AppState, form: PasswordForm): Step =>
  form.isQueued && form.retryAt <= state.now ? tryPassword(state, form) : stepTo(state)

const tryPassword = (state: AppState, form: PasswordForm): Step =>
  withPassword(
    state,
    { ...form, isChecking: true, isQueued: false, problem: undefined },
    { type: 'join', room: form.room, password: form.editor.text },
  )

const withPassword = (state: AppState, form: PasswordForm, ...effects: readonly Effect[]): Step =>
  stepTo({ ...state, screen: { name: 'password', form } }, ...effects)

function enterSelectedRoom(state: AppState): Step {
  const room = selectedLobbyRoom(state.lobby)
  return room === undefined ? stepTo(state) : stepEnterRoom(state, room)
}

/** Enters a room of the list, or asks for its password. */
export function stepEnterRoom(state: AppState, room: RoomSummary): Step {
  if (room.people >= room.max) return stepTo({ ...state, notice: texts => texts.lobby.full })
  // A room's owner is let in without its password (PROTOCOL.md C4).
  if (room.hasPassword && room.owner.id !== state.user?.id)
    return stepTo({ ...state, screen: { name: 'password', form: emptyPasswordForm(room.id, room.title) } })
  return stepTo(
    { ...state, screen: { name: 'entering', room: room.id, title: room.title } },
    { type: 'join', room: room.id },
  )
}
