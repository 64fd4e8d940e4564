import { type ErrorCode, OWN_MISTAKES } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ClosedReason } from '../connection/client-events.ts'
import { doctorTexts } from './doctor-texts.en.ts'
import { linearTexts } from './linear-texts.en.ts'
import { durationInWords, pluralFormOf } from './numbers.ts'
import { hostingTexts, problemTexts } from './problem-texts.en.ts'
import { scriptTexts } from './script-texts.en.ts'
import { settingTexts } from './setting-texts.en.ts'
import { localDate, localTimeOfDay } from './times.ts'
import { helpTexts, usageTexts } from './usage-texts.en.ts'

/** What a refusal tells besides its code. */
export interface RefusalDetails {
  readonly retryAfterMs: number | undefined
  /** What the code alone does not tell. */
  readonly reason?: string | undefined
  /** The server's own sentence, for codes whose cause only the server knows. */
  readonly message: string
}

const people = (count: number): string =>
  `${count} ${pluralFormOf('en', count, { one: 'person', other: 'people' })}`

const list = (names: readonly string[], more: number): string => {
  const parts = more > 0 ? [...names, `${more} more`] : names
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(parts)
}

const wait = ({ retryAfterMs }: RefusalDetails): string =>
  retryAfterMs === undefined ? 'in a moment' : `in ${durationInWords('en', retryAfterMs)}`

const refusals: Readonly<Record<ErrorCode, (details: RefusalDetails) => string>> = {
  invalidRequest: ({ message }) => `The server did not accept that: ${message}.`,
  unknownType: () => 'The server does not know this request: it may be older than this client.',
  unauthorized: () => 'The server does not know who you are any more: leave and join again.',
  noSuchRoom: () => 'No such room: it may have just ended. Rooms vanish when the last person leaves.',
  passwordRequired: () => 'This room has a password.',
  wrongPassword: ({ retryAfterMs }) =>
    retryAfterMs === undefined
      ? 'That is not the password.'
      : `That is not the password. Next try in ${durationInWords('en', retryAfterMs)}.`,
  roomFull: () => 'This room is full: wait until somebody leaves, or open one of your own.',
  readOnly: () => 'An observer only reads: come as a person or a bot (--as).',
  notInRoom: () => 'You are no longer in this room: leave and join again.',
  tooManyRooms: () => 'There are as many rooms from here as there may be: leave one of them first.',
  tooManySeats: () => 'You sit in as many rooms as one person may: leave one of them first.',
  rateLimited: details =>
    details.reason === OWN_MISTAKES
      ? `You gave wrong passwords there: the next try counts ${wait(details)}.`
      : `That was too fast: try again ${wait(details)}.`,
  noSuchGif: () => 'The server does not have this GIF any more.',
  invalidGif: ({ message }) => `The GIF was refused: ${message}.`,
  gifTooLarge: () => 'The GIF has more bytes than this server takes: make it smaller and try again.',
  roomGifsFull: () => 'This room keeps no more GIFs: post it in a new room.',
  serverGifsFull: () => 'This server keeps no more GIFs: try again when some rooms have ended.',
  unavailable: details => `The server cannot do that now: try again ${wait(details)}.`,
  internal: () => 'Something went wrong in the server: try again.',
}

/** Everything a person reads, in English. The other catalogues have the same keys. */
export const en = {
  language: 'en',
  refusals,
  problems: problemTexts,
  script: scriptTexts,
  settings: settingTexts,
  linear: linearTexts,
  doctor: doctorTexts,
  usage: usageTexts,
  unknownProblem: (message: string) => `Something went wrong: ${message}.`,
  /** In ASCII, since the terminal shows nothing else of it rightly. */
  needsUtf8: (codeset: string) =>
    `gifchat needs a terminal with UTF-8, and the locale says ${codeset}. If the terminal shows UTF-8, start it with LC_ALL=C.UTF-8.`,
  needsWindowSize:
    'The terminal does not tell its size. Set it, as in "stty cols 80 rows 24" or "COLUMNS=80 LINES=24".',
  needsTerminal: (command: string) =>
    `"${command}" needs a terminal. In a script use "gifchat rooms", "gifchat send" or "gifchat tail".`,

  connection: {
    connecting: 'connecting…',
    open: 'connected',
    waiting: (ms: number) => `connection lost, next try in ${durationInWords('en', ms)}`,
    queueing: (ms: number) => `many newcomers, next try in ${durationInWords('en', ms)}`,
    offline: 'offline',
    retrying: 'connection lost, trying again…',
    longGone:
      'No answer for over two minutes; Ctrl-C quits. The host may have ended the server, and its rooms with it. This program goes on trying.',
    closed: {
      left: 'disconnected',
      goodbye: 'The server said goodbye: quit, and start again to come back.',
      serverEnded: 'The host ended this server: its rooms are gone. Quit, and start again to open a new one.',
      flood: 'The server hung up, too much came too fast: quit, and start again in a while.',
      misunderstood: 'The server does not understand this client: one of the two needs an update.',
      refused: 'The server does not take this client now: quit and try again in a while.',
      unreachable: 'disconnected',
      notGifchat: 'What answers there is not a gifchat server that this client understands: quit.',
    } as Readonly<Record<ClosedReason, string>>,
    restart: 'The server goes down; this client comes back by itself once it is up again.',
  },

  you: 'you',
  youAre: (name: string) => `you are ${name}`,
  newIdentity: (name: string) =>
    `You are ${name} here; nothing else is known of you.\nA room and all that is said in it vanish when the last person leaves.`,
  replacedIdentity: (name: string) =>
    `The server did not know your old identity; from now on you are ${name}.`,
  ownServer:
    'No server was here, so this program runs one.\nIt keeps nothing on the disk, and ends with its rooms when you quit.',
  hosting: hostingTexts,

  lobby: {
    title: 'Rooms',
    count: (shown: number, all: number) => (shown === all ? `${all} open` : `${shown} of ${all}`),
    columns: { title: 'Room', people: 'People', age: 'Age', owner: 'Opened by', id: 'Id' },
    isPrivate: 'private',
    isPublic: 'public',
    loading: 'Looking who is there…',
    empty: ['Nobody is here yet.', 'Press n to open a room, and hand its line on to whom you want in it.'],
    noMatch: (filter: string) => `No room matches "${filter}". Esc shows all.`,
    filter: 'Filter: ',
    full: 'This room is full. Wait until somebody leaves, or press n to open one of your own.',
    keys: '↑↓ choose · Enter join · n new room · / filter · ? help · q quit',
    keysHosting: '↑↓ choose · Enter join · n new · s share · / filter · ? help · q quit',
    keysShort: 'Enter join · n new · ? help',
    keysTiny: 'n new · ? help',
    /** When the connection is closed for good. */
    keysClosed: 'q quit',
    filterKeys: 'type to filter · Enter join · Esc show all',
    filterKeysTiny: 'Esc all',
    age: (ms: number) => (ms < 60_000 ? 'new' : durationInWords('en', ms)),
    entering: (title: string) => `Entering ${title}…`,
    enteringLater: (title: string, ms: number) =>
      `The server is busy; entering ${title} in ${durationInWords('en', ms)}.`,
    enteringLocked: (title: string, ms: number) =>
      `You gave wrong passwords there before; entering ${title} in ${durationInWords('en', ms)}.`,
    enteringBack: 'Esc goes back.',
    creating: 'Opening the room…',
    arrived: (server: string) => `You are on ${server} now.`,
  },

  create: {
    heading: 'Open a room',
    title: 'Title',
    max: 'People at most',
    password: 'Password',
    noPassword: 'none: everybody may come in',
    titleEmpty: 'A room needs a title.',
    titleTooLong: `A title has at most ${LIMITS.titleLength} characters.`,
    maxInvalid: `A number from ${LIMITS.roomMaxLowest} to ${LIMITS.roomMaxHighest}.`,
    passwordTooLong: `A password has at most ${LIMITS.passwordLength} characters.`,
    explanation: 'The room, its messages and its GIFs vanish when the last person leaves.',
    keys: 'Enter open · Tab next field · Ctrl-T show password · Esc back',
    keysShort: 'Enter open · Tab next · Esc back',
  },

  password: {
    heading: (title: string) => `"${title}" is private`,
    label: 'Password',
    empty: 'Type the password that you were given.',
    checking: 'Checking…',
    wrong: 'That is not the password.',
    locked: 'You gave wrong passwords before, so this one is tried later.',
    wait: (ms: number) => `Next try in ${durationInWords('en', ms)}.`,
    keys: 'Enter go in · Ctrl-T show · Esc back',
  },

  chat: {
    people: (now: number, max: number) => `${now}/${max} people`,
    cameIn: (names: readonly string[], more: number) => `${list(names, more)} came in`,
    left: (names: readonly string[], more: number) => `${list(names, more)} left`,
    day: (at: number) => localDate('en', at),
    time: (at: number) => localTimeOfDay('en', at),
    typing: (names: readonly string[]) => `${list(names, 0)} ${names.length === 1 ? 'is' : 'are'} writing…`,
    severalTyping: 'several people are writing…',
    waits: {
      slow: 'not sent yet…',
      connection: 'waits until the connection is back',
      cannotStore: 'waits: the server cannot store anything now. It is sent as soon as that works',
      tooFast: 'waits: that was more at once than the server takes',
      unavailable: 'waits: the server does not take messages now',
    },
    uploading: (percent: number) => `${percent} %`,
    failed: (why: string) => `not sent: ${why}`,
    failedKeys: 'Ctrl-R send again · Ctrl-X give up',
    uploadKeys: 'Esc cancels',
    uploadCancelled: (name: string) => `The upload of ${name} was cancelled.`,
    unread: (count: number, forMe: number) =>
      forMe === 0 ? `${count} new ↓` : `${count} new, ${forMe} for you ↓`,
    newFromHere: 'new from here',
    older: 'older messages, Esc goes back ↓',
    loadingOlder: 'loading older messages…',
    gifLoading: 'loading',
    gifPaused: 'paused',
    gifBroken: (why: string) => `cannot be shown: ${why}`,
    placeholder: 'Write a message, or /help',
    draftBehind: '↑ goes back to what you were writing',
    tooLong: (length: number) => `${length}/${LIMITS.textLength}`,
    askParts: (length: number, parts: number) =>
      `${length.toLocaleString('en')} characters, and a message has at most ${LIMITS.textLength.toLocaleString('en')}. Enter sends ${parts} messages · Esc goes on writing`,
    pasteTooLong: (length: number, most: number) =>
      `That paste has ${length.toLocaleString('en')} characters, and here is room for ${most.toLocaleString('en')}: nothing was pasted.`,
    askLongPaste: (rows: number) =>
      `${rows} lines, more than this window shows. Enter sends them · Esc goes on writing`,
    copied: 'Copied, if this terminal lets programs do that.',
    cleared: 'Ctrl-C once more leaves and quits · Ctrl-Y brings the text back',
    textEmpty: 'There is nothing to see in that message.',
    gifNeedsPath: 'Which file? For example: /gif ./party.gif',
    saveNeedsPath: 'To which file? /save ./party.gif',
    noGif: 'There is no GIF here yet.',
    gifSaved: (path: string) => `The GIF is saved as ${path}`,
    gifOpening: 'Opening the GIF…',
    saveOffer: 'Enter writes the GIF to this new file · Esc forgets it',
    gifOffer: (count: number) =>
      `Enter posts ${count === 1 ? 'this GIF' : `these ${count} GIFs`} · Esc forgets ${count === 1 ? 'it' : 'them'}`,
    unknownCommand: (name: string) =>
      `There is no /${name}. /help shows what there is; //${name} sends it as text.`,
    commandAlone: (name: string) =>
      `Nothing may follow /${name}, so nothing was done. //${name} sends the line as text.`,
    nothingFailed: 'No message waits to be sent again.',
    gone: (title: string) => `You left ${title}.`,
    lost: (title: string, why: string) => `You are no longer in ${title}. ${why}`,
    invite: 'Hand this line on:',
    welcome: 'When the last person leaves, the room and all that was said in it are gone.',
    missing: 'Messages are missing here: there were more than are kept.',
    who: (count: number) => `${people(count)} here:`,
    more: (count: number) => `and ${count} more`,
    owner: 'owner',
    roles: { bot: 'bot', observer: 'observer' },
    keys: 'Enter send · Alt-Enter new line · PgUp PgDn scroll · Ctrl-D rooms · /help',
    keysShort: 'Enter send · /help',
  },

  selection: {
    choose: '↑↓ choose',
    pause: 'Space pause',
    play: 'Space play',
    save: 's save',
    open: 'o open',
    copy: 'c copy',
    noText: 'That message has no text.',
    back: 'Esc back',
    noGif: 'That message is not a GIF.',
  },

  reply: {
    key: 'r reply',
    answeredKey: 'g what it answers',
    takeBack: 'Esc no reply',
    unknown: 'an earlier message',
    nothing: 'Nobody else has said anything yet.',
    answersNothing: 'That message answers none.',
  },

  find: {
    /** `looked` is how many messages were looked through, where that is counted. */
    seeking: (looked: number | undefined) =>
      looked === undefined
        ? 'looking… any key stops'
        : `looked through ${looked.toLocaleString('en')}… any key stops`,
    gone: 'That message is kept no longer.',
    noWord: (word: string) => `Nothing further up has "${word}".`,
    nothingSince: 'Nothing was said on that day or since.',
    nothingThatDay: 'Nothing was said on that day. This came next.',
    needsWord: 'What? /find a word, or a day: /find 2026-11-24, /find yesterday',
  },

  completion: {
    keys: 'Tab insert · ↑↓ choose · Esc close',
    enterKeys: 'Enter insert · ↑↓ choose · Esc close',
    directory: 'directory',
    tooLarge: (size: string, most: string) => `${size}, over ${most}`,
  },

  commands: {
    gif: { usage: '/gif <file>', about: 'post a GIF from a file; dropping a file here does it too' },
    reply: { usage: '/reply <text>', about: 'answer the newest message of the others' },
    save: { usage: '/save <file>', about: 'write the selected or newest GIF to a new file' },
    find: { usage: '/find <word or day>', about: 'the newest message with it; again for the one before' },
    open: { usage: '/open', about: "show the selected or newest GIF in the system's viewer" },
    who: { usage: '/who', about: 'who is in this room' },
    invite: { usage: '/invite', about: 'the line to hand on to whom you want here, copied as well' },
    share: { usage: '/share', about: 'open the server that this program runs to your network' },
    leave: { usage: '/leave', about: 'back to the list of rooms' },
    help: { usage: '/help', about: 'this help' },
    detach: {
      usage: '/detach',
      about: 'quit, and leave the server that this program runs in the background for the others',
    },
    quit: { usage: '/quit', about: 'leave and end the program' },
  },

  help: helpTexts,
}

/** The key set that every catalogue has. */
export type Texts = typeof en
