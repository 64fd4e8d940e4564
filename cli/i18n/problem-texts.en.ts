import { GIF_REFUSALS, type GifRefusalReason } from '../../gif/gif-refusal.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { UnreachableReason } from '../connection/client-events.ts'
import type { TransferError, TransferKind } from '../connection/transfer-error.ts'
import type { FileProblem } from '../files/file-error.ts'
import { gifSizeInWords } from '../gif/gif-in-words.ts'
import { shellWordOfAddress } from '../identity/pasted-words.ts'
import type { AddressProblem } from '../identity/server-address.ts'
import type { TokenProblem } from '../identity/token-file.ts'

/** Problems of files, apart from their GIFs. */
const file: Readonly<Record<FileProblem, (path: string) => string>> = {
  directory: path => `${path} is a directory: name a GIF file in it.`,
  notAFile: path => `${path} is not an ordinary file: name a GIF file.`,
  empty: path => `${path} is empty: name another file.`,
  missing: path => `There is no file ${path}: check the path.`,
  notReadable: path => `${path} can't be read: check that you may read it, or name another file.`,
  changed: path => `${path} changed while it was sent: try again.`,
  exists: path => `${path} is there already, and nothing is overwritten: name another file.`,
  noDirectory: path => `There is no directory for ${path}: name a file in one that is there.`,
  notWritable: path => `${path} can't be written: name a place where you may write.`,
  diskFull: path => `${path} can't be written: the disk is full.`,
}

const unreachable: Readonly<Record<UnreachableReason, (server: string) => string>> = {
  noAnswer: server =>
    `No server answers at ${server}: start one with "gifchat serve", or name another with --server.`,
  noSuchHost: server => `No machine has the name in ${server}: check its spelling and your network.`,
  noWay: server => `The server at ${server} can't be reached: check the address and your network.`,
  silent: server =>
    `The server at ${server} does not answer: check the address and your network, or try again in a while.`,
  noProxy: server =>
    `The proxy of your environment does not lead to ${server}: "gifchat doctor" names it. Check it, or name the server in NO_PROXY.`,
  busy: server => `The server at ${server} takes no more connections now; try again in a while.`,
  hungUp: server => `The server at ${server} hung up: try again in a while.`,
  notGifchat: server =>
    `Something answers at ${server}, but it is not a gifchat server that this client understands.`,
  moved: server =>
    `${server} sends you elsewhere (a redirect): try wss:// in place of ws://, or ask for the whole address.`,
  loginNeeded: server =>
    `Something in front of ${server} wants a login (HTTP 401), which gifchat has none for: ask who runs it.`,
  proxyLoginNeeded: () =>
    "Your network's proxy wants a login (HTTP 407): write it into its variable, as http://name:password@host:port.",
  forbidden: server =>
    `Something in front of ${server} does not let you in (HTTP 403): ask who runs it, or try another network.`,
  nothingThere: server =>
    `There is no gifchat server at ${server} (HTTP 404): check what follows the "/", or write "gifchat join" before the line of a room.`,
  serverAway: server =>
    `A proxy answers at ${server}, but the gifchat server behind it does not (HTTP 502): try again in a while.`,
  serverSlow: server =>
    `A proxy answers at ${server}, but it waited in vain for the gifchat server behind it (HTTP 504): try again in a while.`,
  serverFault: server => `What answers at ${server} has a fault (an HTTP error): try again in a while.`,
  certificateSelfSigned: server =>
    `The certificate of ${server} is signed by itself alone. If you know that it is the right one, name its file with --ca FILE or in NODE_EXTRA_CA_CERTS.`,
  certificateUnknown: server =>
    `The certificate of ${server} comes from an authority that is not trusted here. If you trust it, name the file of the authority with --ca FILE or in NODE_EXTRA_CA_CERTS.`,
  certificateExpired: server =>
    `The certificate of ${server} has expired: ask who runs the server to renew it, or set the clock of this machine.`,
  certificateNotYetValid: server =>
    `The certificate of ${server} is not valid yet: check the clock of this machine.`,
  certificateOfAnother: server =>
    `The certificate of ${server} is for another name: write the name that it is for, or ask who runs the server.`,
  certificateBad: server => `The certificate of ${server} can't be trusted: ask who runs the server.`,
  noTls: server =>
    `What answers at ${server} does not encrypt: write ws:// in place of wss://, or check the port.`,
}

const inFront = 'something in front of the server'

/** What happened to a GIF on its way to the server or from there. */
const transfer: Readonly<
  Record<TransferError['problem'], (what: TransferKind, status: number | undefined) => string>
> = {
  moved: (what, status) =>
    `The ${what} was sent elsewhere by ${inFront} (HTTP ${status}): use the server's whole address.`,
  loginNeeded: (what, status) => `The ${what} failed: ${inFront} wants a login (HTTP ${status}).`,
  proxyLoginNeeded: (what, status) =>
    `The ${what} failed: your network's proxy wants a login (HTTP ${status}).`,
  forbidden: (what, status) => `The ${what} was forbidden by ${inFront} (HTTP ${status}): ask who runs it.`,
  nothingThere: (what, status) =>
    `The ${what} failed: ${inFront} does not pass GIFs on (HTTP ${status}). Ask who runs it.`,
  tooLarge: (what, status) =>
    `The ${what} was stopped by ${inFront}, which takes no GIF this large (HTTP ${status}): make it smaller, or ask who runs the server to allow ${LIMITS.gifBytes / 1024 / 1024} MiB.`,
  refused: (what, status) => `The ${what} was answered by ${inFront} (HTTP ${status}), not by the server.`,
  busy: (what, status) => `The ${what} did not get through: ${inFront} is busy (HTTP ${status}).`,
  serverAway: (what, status) =>
    `The ${what} did not get through: ${inFront} does not reach it (HTTP ${status}).`,
  serverSlow: (what, status) =>
    `The ${what} did not get through: ${inFront} got no answer from it (HTTP ${status}).`,
  serverFault: (what, status) => `The ${what} did not get through: ${inFront} has a fault (HTTP ${status}).`,
  broken: what => `The ${what} broke off on its way, though the server answers.`,
}

const address: Readonly<Record<AddressProblem, (text: string) => string>> = {
  roomMissing: text => `${text} names a server but no room: add "/" and the room's id.`,
  scheme: text => `${text} is no gifchat address: it begins with ws:// or wss://.`,
  tooMuch: text => `${text} has more in it than an address: write ws://host:8005.`,
  path: text => `${text} has a path that no server has: use letters, digits and . _ ~ - between each "/".`,
  notAServer: text => `${text} is no address of a server: write ws://host:8005.`,
  notARoom: text => `${text} is not the id of a room: copy it from the list or from the line handed on.`,
}

/** Problems with files, servers and identities, each with what to do next. */
export const problemTexts = {
  file,
  fileTooLarge: (path: string, { bytes, mostBytes }: { bytes: number; mostBytes: number }) =>
    `${path} has ${gifSizeInWords(bytes)}; a GIF may have ${gifSizeInWords(mostBytes)} here.`,
  fileNotAGif: (path: string, why: string) => `${path}: ${why}`,
  gif: GIF_REFUSALS as Readonly<Record<GifRefusalReason, string>>,
  cannotStore: 'The server cannot store anything now: its disk may be full. Try again in a while.',
  /** Of a GIF that is made smaller, as the server takes no larger one. */
  smallerGif: {
    trying: (path: string) => `${path} is too large for this server: making it smaller …`,
    offer: (change: string) => `${change} · Enter sends it · Esc forgets it`,
    offerWaits: (change: string, line: string) => `${change} · ${line} sends it`,
    withoutMetadata: 'without metadata',
    samePictures: 'the same pictures',
    everyFrame: (step: number) => `every ${step === 2 ? '2nd' : `${step}th`} frame`,
    partOfSize: (divisor: number): string => (divisor === 2 ? 'half the size' : 'a quarter of the size'),
  },
  gifTooSlow: 'This GIF takes too long to decode.',
  gifDecoderFailed: 'This GIF could not be decoded.',
  gifNotShown: 'This terminal shows no pictures.',
  gifNoViewer: 'No program here opens GIFs: /save writes one to a file.',
  unreachable,
  transfer,
  proxySetting: (variable: string) =>
    `${variable} is no address of a proxy: write http://host:port, https://host:port or socks5://host:port.`,
  cannotServe: (why: string) =>
    `No gifchat server is at the default address, and none can be started here: ${why}`,
  address,
  /** Said to whoever enters a room in a second window. */
  twoWindows: [
    'You are here in another window as well, and both are one person.',
    'To be somebody else here: gifchat join … --token-file ./other.json',
  ],
  token: ({ problem, path, aside = '' }: TokenProblem): string => {
    switch (problem) {
      case 'notSaved':
        return `Your identity can't be kept in ${path}: it ends with this command. Name another place with --token-file.`
      case 'noHome':
        return 'You have no home directory, so your identity ends with this command. Name a file for it with --token-file.'
      case 'notRead':
        return `${path} can't be read, so you are somebody new here.`
      case 'corrupt':
        return `${path} was damaged and is now ${aside}; you are somebody new here.`
      default:
        return problem satisfies never
    }
  },
}

export type ProblemTexts = typeof problemTexts

const connected = (guests: number): string =>
  guests === 1 ? 'One other is connected' : `${guests} others are connected`

/** Texts for whoever runs the server with this program, and of quitting. */
export const hostingTexts = {
  onlyHere: 'That works on this machine only: /share opens this server to your network.',
  onlyHost:
    'That address is for this machine. Others need the one it has in their network, if the server is open there.',
  notInstalled: 'Not installed? npx gifchat join, and the same address',
  open: 'This server is open to your network now. Hand on one of these:',
  shared: (servers: readonly string[]) =>
    `This server is open to your network now. Others run:\n${servers.map(server => `gifchat --server ${shellWordOfAddress(server)}`).join('\n')}`,
  askToShare: 'Open this server to your network?',
  shareKeys: 'y Enter open it · n Esc leave it closed',
  shareKeysTiny: 'y yes · n no',
  /** After a key that is no answer, while the question still has the keys. */
  staysClosed: 'The server stays closed to your network.',
  shareMissedKeys: 'Esc back to the list',
  noNetwork: 'This machine is in no network.',
  ended: 'The server that this program ran has ended: quit, and start again to run another.',
  lost: 'The server that this program ran was ended from outside, and its rooms with it.',
  lostKeys: 'r runs another server · q quits',
  lostKeysTiny: 'r another · q quit',
  lostInRoom:
    'The server that this program ran was ended from outside, and this room with it. Ctrl-D leaves it; then r runs another server.',
  notYours: 'This program does not run the server here: /invite shows the line to hand on.',
  nothingToLeave: 'This program does not run the server here: it stays when you /quit.',
  askInRoom: (guests: number) =>
    `${connected(guests)}, and the server ends with you. /quit ends it · /detach leaves it in the background`,
  askInLobby: (guests: number) =>
    `${connected(guests)}, and the server ends with you. q ends it · d leaves it in the background`,
  askToVisit: (guests: number) =>
    `${connected(guests)}, and the server ends with you. Paste the line again to go all the same.`,
  askUnsent: (count: number) =>
    `${count === 1 ? 'One message is' : `${count} messages are`} not sent yet. Quit once more to lose ${count === 1 ? 'it' : 'them'}.`,
  detached:
    'The server runs on in the background until the last person leaves. "gifchat serve --status" shows it, and "gifchat serve --stop" ends it.',
}

export type HostingTexts = typeof hostingTexts
