import { LIMITS } from '../../../protocol/limits.ts'
import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  PostedGif,
  RoomId,
  Seq,
  User,
} from '../../../protocol/model.ts'
import type { ClientEvent, ConnectionStatus, UnreachableReason } from '../../connection/client-events.ts'
import type { ListedFile } from '../../files/gif-file-listing.ts'
import type { SmallerGif } from '../../files/smaller-gif-file.ts'
import type { CellArea } from '../../gif/decode/frame-format.ts'
import type { GifPicture } from '../../gif/gif-stage.ts'
import type { EmojiName } from '../../i18n/emoji-names.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import type { Invite } from '../../identity/invite-line.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import type { ChatState } from './chat-state.ts'
import type { ComposerState } from './composer.ts'
import type { CreateForm, NewRoom } from './create-form.ts'
import type { Entering } from './entering.ts'
import type { Environment } from './environment.ts'
import { emptyLobby, type LobbyState } from './lobby-state.ts'
import type { PasswordForm } from './password-form.ts'

/** What the clocks say when something happens. */
export interface AppTimes {
  /** Milliseconds of a clock that nobody sets. Everything that has to wait is counted with it. */
  readonly now: number
  /** Milliseconds since 1970, for what people read as a time or as an age. */
  readonly wallTime: number
}

/** Everything that the screen shows, and the times of the last event. */
export interface AppState extends AppTimes {
  readonly environment: Environment
  readonly connection: ConnectionStatus
  /** When the connection was lost, by the clock of `now`, until it is back. */
  readonly lostAt: number | undefined
  /** What else than a lost connection is wrong, until the connection is back. */
  readonly trouble: { readonly problem: Trouble; readonly sentence: Sentence } | undefined
  readonly user: User | undefined
  /** The most bytes of a GIF file that the server takes. */
  readonly mostGifBytes: number
  readonly lobby: LobbyState
  readonly screen: Screen
  readonly emoji: EmojiNames
  /** Unsent text of rooms that the user has left. It is kept in memory only. */
  readonly drafts: ReadonlyMap<RoomId, ComposerState>
  /** The first visible row of the help; undefined while the help is closed. */
  readonly helpRow: number | undefined
  /** Whether the terminal's window has the focus, as last reported by the terminal. */
  readonly isFocused: boolean
  /** Whether the terminal has reported its focus yet. Some terminals never do. */
  readonly isFocusKnown: boolean
  /** Set while this program runs the server itself. */
  readonly hosting: Hosting | undefined
  /**
   * When the user wanted to quit and was told what that would cost, by the clock of `now`.
   */
  readonly quitAskedAt: number | undefined
  /** A sentence shown under the list of rooms until the next key. */
  readonly notice: Sentence | undefined
}

/** What is wrong with the server's certificate, or that the server has been away for long. */
type Trouble = UnreachableReason | 'longGone'

/** The state of a server that this program runs itself. */
interface Hosting {
  /** Whether it is open to the networks of this machine. */
  readonly isShared: boolean
  /**
   * The list of rooms asks whether to open it, and has the keys until that is answered. `missed`
   * since something was typed that is no answer, such as a word to filter by.
   */
  readonly shareQuestion?: 'asked' | 'missed' | undefined
  /** Whether it has ended, though nobody here asked for it. */
  readonly isLost?: boolean
}

/** The names of emoji, which are loaded when the first colon is typed. */
interface EmojiNames {
  readonly state: 'absent' | 'loading' | 'ready'
  /** Empty until they are loaded. */
  readonly names: readonly EmojiName[]
}

export type Screen =
  | { readonly name: 'lobby' }
  | { readonly name: 'create'; readonly form: CreateForm }
  | Entering
  | { readonly name: 'password'; readonly form: PasswordForm }
  | { readonly name: 'chat'; readonly chat: ChatState }

/** Something that happens to the app. The text in network events is already plain. */
export type AppEvent =
  /**
   * The app has taken over the terminal. It starts on `screen`, unless the network has already
   * opened another one, and shows `notice`.
   */
  | { readonly type: 'begin'; readonly screen?: Screen | undefined; readonly notice?: Sentence | undefined }
  /** This program runs the server itself. */
  | { readonly type: 'hosting' }
  /** The server that this program ran has ended, though nobody here asked for it. */
  | { readonly type: 'hostingLost' }
  /** Another program runs the server now. */
  | { readonly type: 'hostingOver' }
  /** The server that this program runs is open to its networks, at these addresses. */
  | { readonly type: 'shared'; readonly servers: readonly string[] }
  | { readonly type: 'hostingFailed'; readonly error: unknown }
  /** The user wants to quit, but others are on the server that would end. */
  | { readonly type: 'guestsRemain'; readonly guests: number }
  /** The user wants to go to another server, but others are on the one that would end. */
  | { readonly type: 'guestsRemainOnVisit'; readonly guests: number }
  /** Another server could not be reached. */
  | { readonly type: 'visitFailed'; readonly error: unknown }
  | { readonly type: 'network'; readonly event: ClientEvent }
  | { readonly type: 'key'; readonly key: KeyPress }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly type: 'tick' }
  /** The mouse wheel turned by one notch. */
  | { readonly type: 'wheel'; readonly direction: 'up' | 'down' }
  /** The terminal's window gained or lost the focus. */
  | { readonly type: 'focus'; readonly isFocused: boolean }
  | { readonly type: 'createRefused'; readonly error: unknown }
  | { readonly type: 'joinRefused'; readonly room: RoomId; readonly error: unknown }
  | { readonly type: 'olderLoaded'; readonly room: RoomId; readonly messages: readonly ChatMessage[] }
  /** The page below an earlier part of the conversation. */
  | { readonly type: 'newerLoaded'; readonly room: RoomId; readonly messages: readonly ChatMessage[] }
  | { readonly type: 'olderFailed'; readonly room: RoomId; readonly error: unknown }
  /** A page that was asked for by `lookUp`. */
  | {
      readonly type: 'lookedUp'
      readonly room: RoomId
      readonly beforeSeq: Seq
      readonly messages: readonly ChatMessage[]
    }
  /** Replies in view answer these messages, which are not loaded. */
  | { readonly type: 'quotesMissing'; readonly seqs: readonly Seq[] }
  /** `message` is undefined when it is kept no longer. */
  | {
      readonly type: 'quoteLoaded'
      readonly room: RoomId
      readonly seq: Seq
      readonly message: ChatMessage | undefined
    }
  /** These GIFs are in view, but their pictures are not loaded. */
  | { readonly type: 'gifsMissing'; readonly gifs: readonly PostedGif[] }
  | {
      readonly type: 'gifReady'
      readonly room: RoomId
      readonly gif: GifId
      readonly picture: GifPicture
      readonly box: CellArea
    }
  /** A picture has played as often as its GIF says. */
  | { readonly type: 'gifEnded'; readonly picture: GifPicture['id'] }
  | { readonly type: 'gifBroken'; readonly room: RoomId; readonly gif: GifId; readonly error: unknown }
  | { readonly type: 'gifSaved'; readonly room: RoomId; readonly path: string }
  /** A command named a file that could not be used, so the command did nothing. */
  /** `path` is as it was typed. */
  | { readonly type: 'fileRefused'; readonly path: string; readonly error: unknown }
  /** A file is too large, and a smaller GIF is being made of it. */
  | { readonly type: 'gifShrinking'; readonly room: RoomId; readonly path: string }
  | { readonly type: 'gifShrunk'; readonly room: RoomId; readonly path: string; readonly gif: SmallerGif }
  | { readonly type: 'openFailed'; readonly error: unknown }
  | { readonly type: 'emojiLoaded'; readonly names: readonly EmojiName[] }
  | {
      readonly type: 'filesListed'
      readonly room: RoomId
      /** The path exactly as the `listFiles` effect gave it. */
      readonly directory: string
      readonly files: readonly ListedFile[]
    }

/** Work to do outside the model. A key reaches the network only through an effect. */
export type Effect =
  | { readonly type: 'create'; readonly room: NewRoom }
  | { readonly type: 'join'; readonly room: RoomId; readonly password?: string }
  | { readonly type: 'leave'; readonly room: RoomId }
  | { readonly type: 'watchRooms' }
  | { readonly type: 'unwatchRooms' }
  | { readonly type: 'say'; readonly room: RoomId; readonly text: string; readonly replyTo?: Seq }
  | {
      readonly type: 'postGif'
      /** What is posted in place of the file. */
      readonly smaller?: Uint8Array
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
  | { readonly type: 'loadNewer'; readonly room: RoomId; readonly afterSeq: Seq }
  /** Asks for a page of what was said, to look for something in it. */
  | { readonly type: 'lookUp'; readonly room: RoomId; readonly beforeSeq: Seq; readonly limit: number }
  | { readonly type: 'loadQuote'; readonly room: RoomId; readonly seq: Seq }
  | {
      readonly type: 'loadGif'
      readonly room: RoomId
      readonly gif: GifId
      readonly box: CellArea
    }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'ring' }
  | { readonly type: 'loadEmoji' }
  /** Replaces the previous listing if that is still running. */
  | { readonly type: 'listFiles'; readonly room: RoomId; readonly directory: string }
  | { readonly type: 'forgetFiles' }
  | { readonly type: 'reconnect' }
  /** Opens the server that this program runs to its networks. */
  | { readonly type: 'share' }
  /**
   * Goes to another server. Unless that is confirmed, a host stays while others are on the server
   * that would end.
   */
  | { readonly type: 'visit'; readonly invite: Invite; readonly isConfirmed: boolean }
  | { readonly type: 'forgetVisit' }
  /** Quits, unless others are on the server that would end. */
  | { readonly type: 'quitUnlessGuests' }
  /** Runs a server again after the one of this program was lost. */
  | { readonly type: 'hostAgain' }
  /** Quits, and leaves the server running in the background until nobody is left. */
  | { readonly type: 'detach' }
  | { readonly type: 'quit' }

/** Why the connection is closed for good, and what to do. Undefined while it may come back. */
export function closedSentence({ connection, hosting, screen }: AppState): Sentence | undefined {
  if (connection.state !== 'closed') return undefined
  if (hosting?.isLost !== true) return texts => texts.connection.closed[connection.reason]
  return texts => (screen.name === 'chat' ? texts.hosting.lostInRoom : texts.hosting.lost)
}

export const initialAppState = (environment: Environment, times: AppTimes): AppState => ({
  environment,
  connection: { state: 'connecting' },
  lostAt: undefined,
  trouble: undefined,
  user: undefined,
  mostGifBytes: LIMITS.gifBytes,
  lobby: emptyLobby,
  screen: { name: 'lobby' },
  emoji: { state: 'absent', names: [] },
  drafts: new Map(),
  helpRow: undefined,
  isFocused: true,
  isFocusKnown: false,
  hosting: undefined,
  quitAskedAt: undefined,
  notice: undefined,
  ...times,
})
