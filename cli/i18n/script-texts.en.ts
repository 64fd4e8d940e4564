import { type ErrorCode, OWN_MISTAKES, type RequestError } from '../../protocol/error-codes.ts'
import type { ClosedReason } from '../connection/client-events.ts'
import { durationInWords } from './numbers.ts'

/** What the refusal of a request tells. */
export type Refusal = Pick<RequestError, 'retryAfterMs' | 'reason'>

const wait = ({ retryAfterMs }: Refusal): string =>
  retryAfterMs === undefined ? 'in a moment' : `in ${durationInWords('en', retryAfterMs)}`

const messages = (waiting: number): string => {
  if (waiting > 1_000) return 'more than 1,000 messages wait'
  return waiting === 1 ? 'one message waits' : `${waiting} messages wait`
}

/** Refusals whose sentence differs for scripts. The others are the same as on the screen. */
const refusals: Readonly<Partial<Record<ErrorCode, (refusal: Refusal) => string>>> = {
  noSuchRoom: () =>
    'There is no such room: "gifchat rooms" lists those there are. Rooms vanish with the last person.',
  passwordRequired: () => 'This room has a password: give it with --password or in GIFCHAT_PASSWORD.',
  wrongPassword: refusal => `That is not the password of this room: the next try counts ${wait(refusal)}.`,
  roomFull: () => 'This room is full: try again when somebody has left.',
  rateLimited: refusal =>
    refusal.reason === OWN_MISTAKES
      ? `You gave wrong passwords for this room: the next try counts ${wait(refusal)}.`
      : `That was too fast for this server: try again ${wait(refusal)}.`,
}

/** What the script commands say. */
export const scriptTexts = {
  refusals,
  /** By the reason for which a room takes no bot or observer. */
  noPlace: {
    tooManyBots:
      'This room has as many bots as it takes: try again later, or come as a person with --as person.',
    tooManyObservers:
      'This room has as many observers as it takes: try again later, or come as a person with --as person.',
  } as Readonly<Record<string, string>>,
  /** How a connection ended for good, where that differs from what the screen says. */
  closed: {
    goodbye: 'The server said goodbye: try again in a while.',
    serverEnded: 'The host ended this server: its rooms are gone.',
    flood: 'The server hung up, too much came too fast: try again in a while.',
    refused: 'The server does not take this client now: try again in a while.',
  } as Readonly<Partial<Record<ClosedReason, string>>>,
  unexpected: (what: string) => `Something unforeseen went wrong: ${what}`,

  identityReplaced: 'This server does not know your old identity, so you have a new one.',

  waitsForServer: (server: string) => `Waiting for ${server} to answer…`,
  connectionLost: 'The connection was lost; trying again…',
  queueing:
    'Many people are new to this server from your network: you are let in as soon as it is your turn…',
  connectionBack: 'Connected again.',
  serverRestart: 'The server restarts; trying again when it is back…',
  uploadDelayed: (why: string) => `${why} Trying again…`,

  sendNeedsOne: 'Say what to send: a text, --gif with a path, or - for standard input.',
  sendOnlyOne: 'Send a text, a GIF or standard input, one of them at a time.',
  lineRefused: (line: number) => `Line ${line} was not sent, nor was anything after it.`,
  fitSendsSmaller: 'With --fit a smaller GIF is sent in its place.',
  longLines: {
    split: (line: number) =>
      `Line ${line} is longer than a message: such lines are sent in parts. --long-lines cut sends their beginning alone.`,
    cut: (line: number) =>
      `Line ${line} is longer than a message: of such lines, only the beginning is sent.`,
  },
  delays: {
    slow: (waiting: number) =>
      `The server takes messages more slowly than they come: ${messages(waiting)}. All are sent, in order.`,
    cannotStore: (waiting: number) => `The server can't store messages now: ${messages(waiting)}.`,
    away: (waiting: number) => `The server can't be reached now: ${messages(waiting)}.`,
    silent: (waiting: number) => `The server has not answered for 2 seconds: ${messages(waiting)}.`,
    over: 'Sending goes on.',
  },
  sendStopped: 'Stopped before everything was sent.',
  noDebugFile: (variable: string, path: string) =>
    `${variable} names ${path}, which can't be written: name a file in a directory of yours.`,
  badAuthorities: (path: string) =>
    `--ca needs a file of certificates in PEM, and ${path} can't be read as one: check the path.`,
  badSince: (text: string) => `--since needs the number of a message, and ${JSON.stringify(text)} is none.`,

  wireLine: 'This was not sent: write JSON, or a type with fields, as in: chat.join room=k3mw9x2a.',
  wireClosed: (code: number, name: string) => `The server closed the connection with ${code} (${name}).`,

  joined: (people: string) => `→ ${people} joined`,
  left: (people: string) => `← ${people} left`,
  missing: 'Messages are missing here: there were more than are kept.',
}

export type ScriptTexts = typeof scriptTexts
