import type { RoomSummary } from '../../protocol/model.ts'
import { type AppState, closedSentence } from '../app/model/app-state.ts'
import { commandsFor } from '../app/model/completion/slash-commands.ts'
import { type CreateForm, defaultCreateField } from '../app/model/create-form.ts'
import type { Entering } from '../app/model/entering.ts'
import { NOBODY, personNameOf } from '../app/model/people/names.ts'
import type { Texts } from '../i18n/en.ts'
import { spokenChat } from './spoken-chat.ts'

/**
 * The lines to print after `before` became `state`: one for each thing that happened, each once.
 */
export function spokenLines(before: AppState | undefined, state: AppState): readonly string[] {
  return [
    ...spokenConnection(before, state),
    ...(state.helpRow !== undefined && before?.helpRow === undefined ? spokenHelp(state) : []),
    ...(state.notice !== undefined && state.notice !== before?.notice
      ? [state.notice(state.environment.texts)]
      : []),
    ...spokenScreen(before, state),
  ]
}

/** One line about a room in the lobby. */
export function spokenRoom(room: RoomSummary, { environment, wallTime }: AppState): string {
  const { texts } = environment
  return texts.linear.room({
    title: room.title,
    id: room.id,
    people: room.people,
    max: room.max,
    isPrivate: room.hasPassword,
    owner: personNameOf(room.owner, { people: NOBODY, hasColor: false }),
    age: texts.lobby.age(wallTime - room.createdAt),
  })
}

/** All rooms in the lobby, and a line about what can be typed. */
export function spokenLobby(state: AppState): readonly string[] {
  const { texts } = state.environment
  const { rooms } = state.lobby
  if (rooms === undefined) return [closedSentence(state)?.(texts) ?? texts.lobby.loading]
  const listed = Array.from(rooms, room => spokenRoom(room, state))
  return [
    `${texts.lobby.title}: ${texts.lobby.count(listed.length, rooms.size)}`,
    ...listed,
    texts.linear.lobbyHint,
  ]
}

function spokenConnection(before: AppState | undefined, state: AppState): readonly string[] {
  const { connection, environment } = state
  const words = environment.texts.connection
  const isLost = state.hosting?.isLost === true && before?.hosting?.isLost !== true
  const { lost, lostKeys, lostInRoom } = environment.texts.hosting
  if (isLost) return state.screen.name === 'chat' ? [lostInRoom] : [lost, lostKeys]
  if (before === undefined || before.connection.state === connection.state) return []
  // The loss is told once, and not each try after it.
  const isLoss = before.connection.state === 'open' || before.connection.state === 'queueing'
  switch (connection.state) {
    case 'connecting':
    case 'waiting':
      return isLoss ? [words.retrying] : []
    case 'queueing':
      return [environment.texts.script.queueing]
    case 'open':
      return [words.open]
    case 'closed':
      return state.hosting?.isLost === true ? [] : [words.closed[connection.reason]]
    default:
      return connection satisfies never
  }
}

function spokenScreen(before: AppState | undefined, state: AppState): readonly string[] {
  const { texts } = state.environment
  const { screen } = state
  const last = before?.screen
  switch (screen.name) {
    case 'lobby':
      return last?.name === 'lobby' ? spokenLobbyChanges(before, state) : spokenLobby(state)
    case 'entering': {
      const known = last?.name === 'entering' ? last : undefined
      if (screen.retryAt !== undefined)
        return screen.retryAt === known?.retryAt ? [] : spokenWait(screen, state.now, texts)
      return known === undefined ? [texts.lobby.entering(screen.title)] : []
    }
    case 'create': {
      const { form } = screen
      const known = last?.name === 'create' ? last.form : undefined
      if (form.isSubmitting) return known?.isSubmitting === true ? [] : [texts.lobby.creating]
      const isRefused = form.problem !== undefined && form.problem !== known?.problem
      const isAsked = isRefused || known === undefined || known.focus !== form.focus
      return [
        ...(known === undefined ? [texts.create.heading] : []),
        ...(isRefused && form.problem !== undefined ? [form.problem(texts)] : []),
        ...(isAsked ? [spokenField(form, texts)] : []),
      ]
    }
    case 'password': {
      const known = last?.name === 'password' ? last.form : undefined
      const { form } = screen
      const wait = form.retryAt - state.now
      const isRefused = form.problem !== undefined && form.problem !== known?.problem
      // It is tried by itself, so nothing more is asked for.
      const isQueued = form.isQueued && (known?.isQueued !== true || known.editor !== form.editor)
      const isAsked = known === undefined || (isRefused && !form.isQueued)
      return [
        ...(known === undefined ? [texts.password.heading(form.title), texts.linear.backHint] : []),
        ...(isRefused && form.problem !== undefined ? [form.problem(texts)] : []),
        ...((isRefused || isQueued) && wait > 0 ? [texts.password.wait(wait)] : []),
        ...(isAsked ? [texts.linear.passwordField(texts.password.label)] : []),
      ]
    }
    case 'chat': {
      const known = last?.name === 'chat' && last.chat.room.id === screen.chat.room.id ? last.chat : undefined
      return spokenChat(known, screen.chat, state.environment)
    }
    default:
      return screen satisfies never
  }
}

/** Why somebody is not in the room yet, how long that takes, and how to give it up. */
function spokenWait(
  { title, retryAt = 0, isLocked }: Entering,
  now: number,
  { lobby, linear }: Texts,
): readonly string[] {
  const sentence = isLocked ? lobby.enteringLocked : lobby.enteringLater
  return [sentence(title, Math.max(0, retryAt - now)), linear.backHint]
}

/** The question for the focused field. */
export function spokenField(form: CreateForm, { create, linear }: Texts): string {
  const { focus, fields } = form
  return focus === 'password'
    ? linear.passwordField(`${create.password}, ${create.noPassword}`)
    : linear.field(create[focus], fields[focus].text || defaultCreateField(form, focus))
}

function spokenLobbyChanges(before: AppState | undefined, state: AppState): readonly string[] {
  const [was, is] = [before?.lobby.rooms, state.lobby.rooms]
  if (was === is || is === undefined) return []
  if (was === undefined) return spokenLobby(state)
  const { linear } = state.environment.texts
  const fresh = [...is].filter(({ id }) => !was.has(id))
  const gone = [...was].filter(({ id }) => !is.has(id))
  return [
    ...fresh.map(room => linear.newRoom(spokenRoom(room, state))),
    ...gone.map(room => linear.roomGone(room.title)),
  ]
}

function spokenHelp({ environment: { texts }, screen, hosting }: AppState): readonly string[] {
  const { linear, commands, help } = texts
  const lobby = [texts.lobby.title, ...linear.lobbyKeys.map(([keys, about]) => linear.key(keys, about))]
  return [
    ...(screen.name === 'chat' ? [] : lobby),
    help.inRoom,
    ...commandsFor(hosting !== undefined).map(name =>
      linear.key(commands[name].usage, linear.commands[name] ?? commands[name].about),
    ),
  ]
}
