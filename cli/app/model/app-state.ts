import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  PostedGif,
  RoomId,
  Seq,
  User,
} from '../../../protocol/model.ts'
import type { ClientEvent, ConnectionStatus } from '../../connection/client-events.ts'
import type { ListedFile } from '../../files/gif-listing.ts'
import type { CellArea } from '../../gif/decode/frame-format.ts'
import type { GifPicture } from '../../gif/gif-stage.ts'
import type { EmojiName } from '../../i18n/emoji-names.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import type { ChatState } from './chat-state.ts'
import type { ComposerState } from './composer.ts'
import type { CreateForm, NewRoom } from './create-form.ts'
import type { Entering } from './entering.ts'
import type { Environment } from './environment.ts'
import { emptyLobby, type LobbyState } from './lobby-state.ts'
import type { PasswordForm } from './password-form.ts'

/** All that the screen shows. */
export interface AppState {
  readonly environment: Environment
  readonly connection: ConnectionStatus
  readonly user: User | undefined
  readonly lobby: LobbyState
  readonly screen: Screen
  readonly emoji: EmojiNames
  /** What was being written in rooms that were left; in memory alone. */
  readonly drafts: ReadonlyMap<RoomId, ComposerState>
  /** The first row of the help that is seen; undefined while it is closed. */
  readonly helpRow: number | undefined
  /** Whether the terminal's window has the focus, as far as the terminal tells. */
  readonly isFocused: boolean
  /** Whether the terminal tells at all; some never do. */
  readonly isFocusKnown: boolean
  /** A sentence under the list of rooms until the next key. */
  readonly notice: Sentence | undefined
  /** Milliseconds since 1970 at the last event: what ages and waits are counted from. */
  readonly now: number
}

/** The names of emoji, which are loaded when the first colon is typed. */
export interface EmojiNames {
  readonly state: 'absent' | 'loading' | 'ready'
  /** Empty until they are there. */
  readonly names: readonly EmojiName[]
}

export type Screen =
  | { readonly name: 'lobby' }
  | { readonly name: 'create'; readonly form: CreateForm }
  | Entering
  | { readonly name: 'password'; readonly form: PasswordForm }
  | { readonly name: 'chat'; readonly chat: ChatState }

/** What happens to the app; network events come with their text already made plain. */
export type AppEvent =
  /** The screen is taken: with which of them, unless the network has already brought one, and what to say first. */
  | { readonly type: 'begin'; readonly screen?: Screen | undefined; readonly notice?: Sentence | undefined }
  | { readonly type: 'network'; readonly event: ClientEvent }
  | { readonly type: 'key'; readonly key: KeyPress }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly type: 'tick' }
  /** The mouse's wheel turned by one notch. */
  | { readonly type: 'wheel'; readonly direction: 'up' | 'down' }
  /** The terminal's window got or lost the focus. */
  | { readonly type: 'focus'; readonly isFocused: boolean }
  | { readonly type: 'createRefused'; readonly error: unknown }
  | { readonly type: 'joinRefused'; readonly room: RoomId; readonly error: unknown }
  | { readonly type: 'olderLoaded'; readonly room: RoomId; readonly messages: readonly ChatMessage[] }
  | { readonly type: 'olderFailed'; readonly room: RoomId; readonly error: unknown }
  /** These GIFs are on the screen, and no picture of them is. */
  | { readonly type: 'gifsMissing'; readonly gifs: readonly PostedGif[] }
  | {
      readonly type: 'gifReady'
      readonly room: RoomId
      readonly gif: GifId
      readonly picture: GifPicture
      readonly box: CellArea
    }
  | { readonly type: 'gifBroken'; readonly room: RoomId; readonly gif: GifId; readonly error: unknown }
  | { readonly type: 'gifSaved'; readonly room: RoomId; readonly path: string }
  /** A file could not be used, before anything else came of the command that named it. */
  | { readonly type: 'fileRefused'; readonly error: unknown }
  | { readonly type: 'openFailed'; readonly error: unknown }
  | { readonly type: 'emojiLoaded'; readonly names: readonly EmojiName[] }
  | {
      readonly type: 'filesListed'
      readonly room: RoomId
      /** As it was asked for. */
      readonly directory: string
      readonly files: readonly ListedFile[]
    }

/** What is to be done outside: the only way in which a key reaches the network. */
export type Effect =
  | { readonly type: 'create'; readonly room: NewRoom }
  | { readonly type: 'join'; readonly room: RoomId; readonly password?: string }
  | { readonly type: 'leave'; readonly room: RoomId }
  | { readonly type: 'watchRooms' }
  | { readonly type: 'unwatchRooms' }
  | { readonly type: 'say'; readonly room: RoomId; readonly text: string; readonly replyTo?: Seq }
  | {
      readonly type: 'postGif'
      readonly room: RoomId
      readonly path: string
      readonly replyTo?: Seq
    }
  | { readonly type: 'hintTyping'; readonly room: RoomId }
  | { readonly type: 'saveGif'; readonly room: RoomId; readonly gif: GifId; readonly path: string }
  | { readonly type: 'openGif'; readonly room: RoomId; readonly gif: GifId }
  | { readonly type: 'retry'; readonly message: ClientMessageId }
  | { readonly type: 'discard'; readonly message: ClientMessageId }
  /** The reader moved through the conversation. */
  | { readonly type: 'scrolled' }
  | { readonly type: 'loadOlder'; readonly room: RoomId; readonly beforeSeq: Seq }
  | {
      readonly type: 'loadGif'
      readonly room: RoomId
      readonly gif: GifId
      readonly box: CellArea
    }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'ring' }
  | { readonly type: 'loadEmoji' }
  /** Takes the place of the listing before, if that is still under way. */
  | { readonly type: 'listFiles'; readonly room: RoomId; readonly directory: string }
  | { readonly type: 'forgetFiles' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'quit' }

/** A state, and what is to be done on the way out of the one before. */
export interface Step {
  readonly state: AppState
  readonly effects: readonly Effect[]
}

export const initialState = (environment: Environment, now: number): AppState => ({
  environment,
  connection: { state: 'connecting' },
  user: undefined,
  lobby: emptyLobby,
  screen: { name: 'lobby' },
  emoji: { state: 'absent', names: [] },
  drafts: new Map(),
  helpRow: undefined,
  isFocused: true,
  isFocusKnown: false,
  notice: undefined,
  now,
})

export const stepTo = (state: AppState, ...effects: readonly Effect[]): Step => ({ state, effects })

export const stepToChat = (state: AppState, chat: ChatState, ...effects: readonly Effect[]): Step =>
  stepTo({ ...state, screen: { name: 'chat', chat } }, ...effects)
