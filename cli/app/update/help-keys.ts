import type { KeyPress } from '../../text/editor/key-press.ts'
import type { AppState } from '../model/app-state.ts'
import { composerAsksForHelp, withComposerText } from '../model/composer.ts'
import { layoutHelp } from '../view/help-rows.ts'
import { type ChatPress, keyNameOfPress } from './chat-press.ts'
import { type Step, stepToChat } from './step.ts'

/** Tab behind a lone question mark opens the help that the status line offers. */
export function stepHelpOffer(press: ChatPress): Step | undefined {
  const { state, chat } = press
  if (keyNameOfPress(press) !== 'tab' || !composerAsksForHelp(chat.composer)) return undefined
  return stepToChat({ ...state, helpRow: 0 }, { ...chat, composer: withComposerText(chat.composer, '') })
}

/**
 * The app after a key while the help is open. Some keys scroll if there is more; others close it.
 */
export function updateHelpOnKey(state: AppState, key: KeyPress): AppState {
  const distance = helpDistanceOf(key, state.environment.size.rows - 2)
  return distance === undefined || layoutHelp(state).furthest === 0
    ? { ...state, helpRow: undefined }
    : updateHelpScroll(state, distance)
}

/** Scrolls the help by `distance` rows, but not past its ends. */
export function updateHelpScroll(state: AppState, distance: number): AppState {
  const { furthest } = layoutHelp(state)
  const from = Math.min(state.helpRow ?? 0, furthest)
  return { ...state, helpRow: Math.max(0, Math.min(furthest, from + distance)) }
}

function helpDistanceOf(key: KeyPress, page: number): number | undefined {
  switch (key.type === 'key' ? key.key : key.text) {
    case 'up':
    case 'k':
      return -1
    case 'down':
    case 'j':
      return 1
    case 'pageUp':
      return -Math.max(1, page)
    case 'pageDown':
    case ' ':
      return Math.max(1, page)
    case 'home':
      return Number.NEGATIVE_INFINITY
    case 'end':
      return Number.POSITIVE_INFINITY
    default:
      return undefined
  }
}
