import { problemSentence, type Sentence } from '../../i18n/problem-sentence.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import { graphemesOf } from '../../text/screen-width.ts'
import type { AppEvent, AppState, AppTimes, Screen } from '../model/app-state.ts'
import { addNoteToChat, addOlderToChat } from '../model/chat-state.ts'
import { clearComposer, restoreLastSentInComposer } from '../model/composer.ts'
import { addNewerToPart } from '../model/conversation/earlier-part.ts'
import { isLastingGifError, picturesFittingBox } from '../model/pictures.ts'
import { pauseEndedGif, putGifPicture } from '../model/shown-gifs.ts'
import { markAllRead } from '../model/unread.ts'
import { gifBoxInChat } from '../view/chat-geometry.ts'
import { stepChatKey } from './chat-keys.ts'
import { stepChatScroll } from './chat-scroll.ts'
import { updateEmojiNames } from './completion-keys.ts'
import { stepChatPaste } from './composer-keys.ts'
import { stepEnteringKey, stepJoinRefused } from './entering-keys.ts'
import { stepGifOffer } from './gif-commands.ts'
import { updateHelpOnKey, updateHelpScroll } from './help-keys.ts'
import { stepHosting, stepQuit } from './hosting.ts'
import { stepCreateKey, stepCreateRefused, stepLobbyKey, stepPasswordKey } from './lobby-keys.ts'
import { stepNetwork } from './network-step.ts'
import { stepFilteredInvite, stepPastedInvite, stepVisitFailed } from './pasted-invite.ts'
import { stepQuoteLoaded } from './received-messages.ts'
import { stepLookedUp, stepQuotesMissing } from './seek-keys.ts'
import { type Step, stepTo, stepToChat } from './step.ts'
import { stepTick, updateSendDelay } from './time/step-tick.ts'
import { updateChat, updateShownChat } from './update-chat.ts'

/*
 * The life of an event:
 * 1. Something happens: a key, a word from the network, a tick, or the result of an effect. It
 *    becomes an `AppEvent`, and the store (app-store.ts) gets it.
 * 2. The store calls `stepApp` with the state and the time, and `stepApp` picks the function for
 *    this event.
 * 3. That function returns a `Step`: the next state (the model) and a list of effects. It reads no
 *    clock, starts nothing and waits for nothing.
 * 4. The store keeps the state, and the view draws it. A key redraws the screen at once. News from
 *    the network may wait for a moment, so that many of them share one redraw.
 * 5. The store hands each effect to `runEffect` (run-effect.ts), which talks to the network, the
 *    files and the terminal.
 * 6. What comes of an effect returns as a new event, at 1.
 *
 * Names: `step…` takes an event and returns a `Step`. `press…` takes a key and returns no effects.
 */

/** Rows that one notch of the wheel scrolls. */
const WHEEL_ROWS = 3

/** Answers an event with the next state and its effects. */
export function stepApp(before: AppState, event: AppEvent, times: AppTimes): Step {
  const { state, effects } = stepEvent({ ...before, ...times }, event)
  return { state: updateSendDelay(state), effects }
}

function stepEvent(state: AppState, event: AppEvent): Step {
  switch (event.type) {
    case 'begin':
      return stepBegin(state, event)
    case 'network':
      return stepNetwork(state, event.event)
    case 'key':
      return stepKeys(state, event.key)
    case 'paste':
      return stepPaste(state, event.text)
    case 'resize':
      return stepResize(state, event)
    case 'tick':
      return stepTick(state)
    case 'wheel':
      return stepWheel(state, event.direction)
    case 'focus':
      return stepTo(withFocus(state, event.isFocused))
    case 'createRefused':
      return stepCreateRefused(state, event.error)
    case 'joinRefused':
      return stepJoinRefused(state, event)
    case 'olderLoaded':
      return stepTo(updateChat(state, event.room, chat => addOlderToChat(chat, event.messages)))
    case 'newerLoaded':
      return stepTo(updateChat(state, event.room, chat => addNewerToPart(chat, event.messages)))
    case 'lookedUp':
      return stepLookedUp(state, event)
    case 'quotesMissing':
      return stepQuotesMissing(state, event.seqs)
    case 'quoteLoaded':
      return stepQuoteLoaded(state, event)
    case 'olderFailed':
      return stepTo(
        updateChat(state, event.room, chat => ({
          ...chat,
          isLoadingOlder: false,
          seeking: undefined,
          notice: problemSentence(event.error),
        })),
      )
    case 'gifsMissing':
      return stepGifsMissing(state, event)
    case 'gifReady':
      return stepTo(
        updateChat(state, event.room, chat => {
          const shown = putGifPicture(chat, event.gif, {
            state: 'ready',
            picture: event.picture,
            box: event.box,
          })
          // The window may have changed its size while the picture was being made.
          return { ...shown, pictures: picturesFittingBox(shown.pictures, gifBoxInChat(state.environment)) }
        }),
      )
    case 'gifEnded':
      return stepTo(
        updateShownChat(state, chat => pauseEndedGif(chat, state.environment.display, event.picture)),
      )
    case 'gifBroken': {
      const broken = {
        state: 'broken',
        why: problemSentence(event.error)(state.environment.texts),
        isLasting: isLastingGifError(event.error),
      } as const
      return stepTo(updateChat(state, event.room, chat => putGifPicture(chat, event.gif, broken)))
    }
    case 'emojiLoaded':
      return stepTo(updateEmojiNames(state, event.names))
    case 'filesListed':
      return stepTo(
        updateChat(state, event.room, chat =>
          chat.files?.directory === event.directory
            ? { ...chat, files: { directory: event.directory, files: event.files } }
            : chat,
        ),
      )
    case 'gifSaved':
      return stepTo(
        updateChat(state, event.room, chat =>
          addNoteToChat(chat, texts => [
            [{ text: texts.chat.gifSaved(terminalSafeText(event.path)), tone: 'accent' }],
          ]),
        ),
      )
    case 'fileRefused':
      return stepTo(
        updateShownChat(state, chat => ({
          ...chat,
          composer: restoreLastSentInComposer(chat.composer, event.path),
          notice: problemSentence(event.error),
        })),
      )
    case 'gifShrinking':
    case 'gifShrunk':
      return stepGifOffer(state, event)
    case 'hosting':
    case 'hostingLost':
    case 'hostingOver':
    case 'shared':
    case 'hostingFailed':
    case 'guestsRemain':
      return stepHosting(state, event)
    case 'guestsRemainOnVisit':
    case 'visitFailed':
      return stepVisitFailed(state, event)
    case 'openFailed':
      return stepTo(updateShownChat(state, chat => ({ ...chat, notice: problemSentence(event.error) })))
    default:
      return event satisfies never
  }
}

/** The wheel only scrolls. Unlike a key, it leaves a question in the status line open. */
function stepWheel(state: AppState, direction: 'up' | 'down'): Step {
  const { screen } = state
  const rows = direction === 'up' ? WHEEL_ROWS : -WHEEL_ROWS
  if (state.helpRow !== undefined) return stepTo(updateHelpScroll(state, -rows))
  if (screen.name === 'lobby') return stepLobbyKey(state, { type: 'key', key: direction })
  if (screen.name !== 'chat') return stepTo(state)
  return stepChatScroll(state, screen.chat, rows)
}

/** A reader who comes back to the window has read everything if the end is in sight. */
function withFocus(before: AppState, isFocused: boolean): AppState {
  const state = { ...before, isFocused, isFocusKnown: true }
  const { screen } = state
  if (!isFocused || screen.name !== 'chat' || screen.chat.scroll !== 'end') return state
  const chat = { ...screen.chat, unread: markAllRead(screen.chat.unread) }
  return withScreen(state, { name: 'chat', chat })
}

function stepBegin(before: AppState, { screen, notice }: Extract<AppEvent, { type: 'begin' }>): Step {
  const said = [notice, before.notice].filter(sentence => sentence !== undefined)
  const all: Sentence = texts => said.map(sentence => sentence(texts)).join('\n')
  const state = {
    ...before,
    screen: screen ?? before.screen,
    notice: said.length === 0 ? undefined : all,
  }
  if (state.screen.name === 'chat' && notice !== undefined) {
    const chat = addNoteToChat(state.screen.chat, texts => [[{ text: notice(texts), tone: 'accent' }]])
    return stepTo({ ...state, screen: { name: 'chat', chat } })
  }
  const isOutside = state.screen.name === 'lobby' || state.screen.name === 'entering'
  return isOutside ? stepTo(state, { type: 'watchRooms' }) : stepTo(state)
}

function stepPaste(state: AppState, text: string): Step {
  const { screen } = state
  if (screen.name === 'chat') return stepChatPaste(state, screen.chat, text)
  const invited = screen.name === 'lobby' ? stepPastedInvite(state, text) : undefined
  return invited ?? stepKey(state, { type: 'text', text })
}

/** Outside a room each letter is a key of its own, even if one read brought several (`jjj`). */
function stepKeys(state: AppState, key: KeyPress): Step {
  if (key.type === 'key' || state.screen.name === 'chat') return stepKey(state, key)
  // Some terminals don't mark what is pasted, but it comes in one read.
  const invited = state.screen.name === 'lobby' ? stepPastedInvite(state, key.text) : undefined
  if (invited !== undefined) return invited
  return graphemesOf(key.text).reduce<Step>((step, { text }) => {
    const next = stepKey(step.state, { type: 'text', text })
    return { state: next.state, effects: [...step.effects, ...next.effects] }
  }, stepTo(state))
}

function stepKey(before: AppState, key: KeyPress): Step {
  if (key.type === 'key' && key.key === 'ctrl+c') return stepInterrupt(before)
  if (before.helpRow !== undefined) return stepTo(updateHelpOnKey(before, key))
  const state = { ...before, notice: undefined }
  const { screen } = state
  switch (screen.name) {
    case 'lobby':
      return stepFilteredInvite(state, key) ?? stepLobbyKey(state, key)
    case 'create':
      return stepCreateKey(state, screen.form, key)
    case 'password':
      return stepPasswordKey(state, screen.form, key)
    case 'entering':
      return stepEnteringKey(state, screen, key)
    case 'chat':
      return stepChatKey(state, screen.chat, key)
    default:
      return screen satisfies never
  }
}

/** As in a shell, Ctrl-C clears the line first. Quitting leaves the room, which may end it. */
function stepInterrupt(state: AppState): Step {
  const { screen, helpRow } = state
  if (screen.name !== 'chat' || helpRow !== undefined || screen.chat.composer.editor.text === '')
    return stepQuit(state)
  const { chat } = screen
  const notice: Sentence = texts => texts.chat.cleared
  return stepToChat(state, { ...chat, composer: clearComposer(chat.composer), notice })
}

/** A reader further up stays there, unless the new window also shows the end. */
function stepResize(state: AppState, event: Extract<AppEvent, { type: 'resize' }>): Step {
  const next = withSize(state, event)
  const { screen } = next
  const isBack = screen.name === 'chat' && screen.chat.scroll !== 'end'
  return isBack ? stepChatScroll(next, screen.chat, 0) : stepTo(next)
}

function withSize(state: AppState, size: { readonly columns: number; readonly rows: number }): AppState {
  const environment = { ...state.environment, size: { columns: size.columns, rows: size.rows } }
  const next = { ...state, environment }
  if (next.screen.name !== 'chat') return next
  const { chat } = next.screen
  const pictures = picturesFittingBox(chat.pictures, gifBoxInChat(environment))
  return withScreen(next, { name: 'chat', chat: { ...chat, pictures } })
}

/** Loads GIFs when they are first seen, and again after the stage has dropped them. */
function stepGifsMissing(state: AppState, { gifs }: Extract<AppEvent, { type: 'gifsMissing' }>): Step {
  if (state.screen.name !== 'chat') return stepTo(state)
  const { chat } = state.screen
  const wanted = new Set(
    gifs.map(gif => gif.id).filter(id => (chat.pictures.get(id)?.state ?? 'ready') === 'ready'),
  )
  const box = gifBoxInChat(state.environment)
  const loading = [...wanted].reduce((next, gif) => putGifPicture(next, gif, { state: 'loading' }), chat)
  return stepTo(
    withScreen(state, { name: 'chat', chat: loading }),
    ...[...wanted].map(gif => ({ type: 'loadGif', room: chat.room.id, gif, box }) as const),
  )
}

const withScreen = (state: AppState, screen: Screen): AppState => ({ ...state, screen })
