import type { RoomId } from '../../protocol/model.ts'
import { IN_FRONT, PROGRAM, ROOM_COMMAND } from './pasted-words.ts'
import { parseRoomAddress, parseServerAddress } from './server-address.ts'

/*
 * People paste what they see: the whole command that a room hands on, with a shell's prompt or
 * `npx` in front, in quotes, or in capitals. So a room can be named by any of these.
 */

/** `gifchat --server ws://host` leads to the rooms of a server. */
const SERVER_FLAG = /\s--server\b/i
const QUOTES = /^["'`“”‘’«»<(]+|["'`“”‘’«»>),.;!?]+$/gu

/** With its scheme, an address is one wherever it stands. */
const WHOLE_ADDRESS = /^wss?:\/\//i

/** Where a pasted line leads. */
export interface Invite {
  /** `ws://host:port` */
  readonly server: string
  /** Undefined if the line names a server alone: the list of its rooms is meant. */
  readonly room: RoomId | undefined
}

/**
 * The address or the id in a line that somebody pasted. A line that is something else is returned
 * as it is, for the sentence that refuses it.
 */
export function addressInInviteLine(line: string): string {
  const words = wordsOf(line)
  const [whole, ...others] = words.filter(word => WHOLE_ADDRESS.test(word))
  const isClear = whole !== undefined && others.length === 0
  const address = isClear ? whole : argumentsOf(words)?.find(word => !word.startsWith('-'))
  return address === undefined ? line.trim() : withoutCapitals(address)
}

/**
 * The invite in a line that somebody pasted where other texts may stand as well; undefined if it is
 * one of those. A line without a server is about `here`. Throws `ServerAddressError` if the
 * line is a command of this program, but its address is none.
 */
export function readInviteLine(line: string, here: string): Invite | undefined {
  const isCommand = hasProgram(wordsOf(line))
  const address = addressInInviteLine(line)
  if (!isCommand && !looksLikeAddress(address)) return undefined
  return isCommand && SERVER_FLAG.test(line)
    ? { server: parseServerAddress(address), room: undefined }
    : parseRoomAddress(address, here)
}

const wordsOf = (line: string): readonly string[] =>
  line
    .split(/\s+/)
    .map(word => word.replace(QUOTES, ''))
    .filter(word => word !== '')

/** Where the program's name stands, with something behind it; -1 if it is not there. */
const programIn = (words: readonly string[]): number =>
  words.slice(0, -1).findIndex(word => PROGRAM.test(word))

const hasProgram = (words: readonly string[]): boolean => programIn(words) !== -1

/**
 * What follows a command, or the program's name without one. Undefined if neither is there, and
 * more than a single word.
 */
function argumentsOf(words: readonly string[]): readonly string[] | undefined {
  const behind = hasProgram(words)
    ? words.slice(programIn(words) + 1)
    : words.filter(word => !IN_FRONT.test(word))
  if (behind.length > 1 && ROOM_COMMAND.test(behind[0] ?? '')) return behind.slice(1)
  return hasProgram(words) || behind.length === 1 ? behind : undefined
}

/**
 * An address or an id has small letters. One that has only capitals was changed on its way, and so
 * was an id of capitals behind an address.
 */
const withoutCapitals = (address: string): string =>
  /[a-z]/.test(address)
    ? address.replace(/(?<=\/)[2-9A-Z]{8}$/, id => id.toLowerCase())
    : address.toLowerCase()

/** Whether a single word is an invite, and not a word with a slash such as `24/7`. */
const looksLikeAddress = (word: string): boolean =>
  WHOLE_ADDRESS.test(word) || /^(?:localhost|[^/]*[.:][^/]*)\/[\w-]{8}\/?$/i.test(word)
