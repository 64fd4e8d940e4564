import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { Role, RoomId, User } from '../../protocol/model.ts'
import type { ServerAnswer, ServerAnswerTo, ServerEvent } from '../../protocol/server-messages.ts'
import {
  BrokenServerError,
  type ChatClient,
  type ClientEvent,
  type ConnectionStatus,
} from './client-events.ts'
import { GifTransfer } from './gif-transfer.ts'
import { LobbyWatch } from './lobby-watch.ts'
import { OutboxDelivery } from './outbox-delivery.ts'
import { OwnSeats } from './own-seats.ts'
import { ANSWER_MS, type Ask } from './pending-requests.ts'
import { createRefusalRetry, isServerBusyForNow } from './retry-refused.ts'
import { directRoute, type ServerRoute } from './route/server-route.ts'
import { ServerLink } from './server-link.ts'
import type { Trace } from './trace.ts'

/**
 * How long leaving politely may hold up a close, in milliseconds. The close itself gives the seats
 * up too (PROTOCOL.md C6).
 */
const LEAVE_MS = 150

export interface ChatClientOptions {
  /** `ws://host:port`, with the server's path if it has one. */
  readonly server: string
  /** The way there; without a proxy by default. */
  readonly route?: ServerRoute
  /** The token that this server issued last time. */
  readonly token?: string | undefined
  /** Called when the server issues a token other than ours. */
  readonly onToken?: (token: string) => void
  /** Names this client in the server's log. */
  readonly name?: string
  /** What it is in its rooms: a person if left out. Older servers take everybody for a person. */
  readonly role?: Role | undefined
  /** Returns at least 0 and below 1, as `Math.random` does. */
  readonly random?: () => number
  /** Milliseconds after which a request counts as unanswered. */
  readonly answerMs?: number | undefined
  /** Told of every frame. */
  readonly trace?: Trace | undefined
}

/**
 * Makes a client of one server. It keeps its seats and its unsent messages when the connection is
 * lost.
 */
export function createChatClient(options: ChatClientOptions): ChatClient {
  const { server, onToken, name = 'gifchat', random = Math.random } = options
  const { route = directRoute(server) } = options
  const listeners = new Set<(event: ClientEvent) => void>()
  let token = options.token
  let user: User | undefined
  let gifFileBytes: number = LIMITS.gifBytes

  const emit = (event: ClientEvent) => {
    for (const listener of [...listeners]) listener(event)
  }
  const link = new ServerLink(
    {
      server,
      route,
      token,
      client: name,
      role: options.role,
      random,
      answerMs: options.answerMs ?? ANSWER_MS,
      trace: options.trace,
    },
    { onStatus, onWelcome, onEvent, onLateAnswer },
  )
  const ask: Ask = request => link.ask(request)
  const retryRefused = createRefusalRetry(() => link.connectionLost, random)
  const retryBusy = createRefusalRetry(() => link.connectionLost, random, isServerBusyForNow)
  const askPatiently: Ask = request => retryBusy(() => link.ask(request))
  const gifs = new GifTransfer(server, route, () => token ?? '')
  const lobby = new LobbyWatch(askPatiently, retryRefused, emit, link)
  const seats = new OwnSeats({
    ask,
    retryRefused,
    emit,
    onMessage: (room, message) => delivery.confirmOwnMessage(room, message),
    onSeated: room => delivery.resumeSending(room),
    onLost: (room, error) => delivery.failUnsent(error, room),
    connection: link,
  })
  const delivery = new OutboxDelivery({
    ask,
    gifs,
    random,
    emit,
    isSeated: room => seats.isSeated(room),
    hasSeat: room => seats.hasSeat(room),
    myId: () => user?.id,
    mostGifBytes: () => gifFileBytes,
  })

  function onStatus(status: ConnectionStatus): void {
    if (status.state === 'waiting' || status.state === 'closed') {
      seats.loseSeats()
      delivery.suspendSending()
    }
    if (status.state === 'closed') {
      const { reason } = status
      const isBroken = reason === 'notGifchat'
      delivery.failUnsent(
        isBroken
          ? new BrokenServerError(server, reason)
          : new RequestError('unavailable', `The connection ended: ${reason}.`, { reason }),
      )
    }
    emit({ type: 'status', status })
  }

  function onWelcome(welcome: ServerAnswerTo<'welcome'>): void {
    user = welcome.user
    if (welcome.token !== token) onToken?.(welcome.token)
    token = welcome.token
    gifFileBytes = welcome.gifBytes ?? LIMITS.gifBytes
    emit({ type: 'identity', user, identity: welcome.identity, gifFileBytes })
    void lobby.resumeWatch()
    seats.retakeSeats()
  }

  function onEvent(event: ServerEvent): void {
    switch (event.type) {
      case 'serverRestart':
        emit(event)
        break
      case 'room.newRoom':
      case 'room.roomChanged':
      case 'room.removeRoom':
        lobby.receiveLobbyEvent(event)
        break
      case 'chat.chat':
      case 'chat.join':
      case 'chat.exit':
      case 'chat.attendants':
      case 'chat.ended':
        seats.receiveSeatEvent(event)
        break
      case 'chat.typing':
        emit({ type: 'typing', room: event.room, users: event.users })
        break
      default:
        event satisfies never
    }
  }

  function onLateAnswer(answer: ServerAnswer): void {
    // We gave this join up before its answer came. Left alone, the seat would stay taken.
    if (answer.type === 'chat.joined' && !seats.hasSeat(answer.room.id)) void leaveQuietly(answer.room.id)
  }

  async function leaveQuietly(room: RoomId): Promise<void> {
    await ask({ type: 'chat.leave', room }).catch(() => undefined)
  }

  return {
    server,
    get status() {
      return link.status
    },
    get user() {
      return user
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connect: () => link.connectFirst(),
    reconnectNow: () => link.reconnectNow(),
    endWithServer: () => link.endWithServer(),
    setReading: isReading => link.setReading(isReading),
    listRooms: () => lobby.readAllRooms(),
    watchRooms: () => lobby.watchLobby(),
    unwatchRooms: () => lobby.unwatchLobby(),
    createRoom: async room => (await ask({ type: 'room.create', ...room })).room,
    join: (room, { password, sinceSeq, isPatient = false } = {}) => {
      const join = () => seats.joinRoom(room, password, sinceSeq)
      return isPatient ? retryBusy(join) : join()
    },
    async leave(room) {
      if (!seats.giveUpSeat(room)) return
      delivery.failUnsent(new RequestError('notInRoom', 'You left the room before this was sent.'), room)
      await leaveQuietly(room)
    },
    send: (room, text, replyTo) => delivery.sendText(room, text, replyTo),
    sendGif: (room, path, replyTo, smaller) => delivery.sendGif(room, path, replyTo, smaller),
    get mostGifBytes() {
      return gifFileBytes
    },
    hintTyping(room) {
      // Nothing depends on a hint, so a refused or lost one is ignored. Older servers know none.
      if (seats.isSeated(room)) ask({ type: 'chat.typing', room }).catch(() => undefined)
    },
    retry: id => delivery.retryFailed(id),
    discard: id => delivery.discardUnsent(id),
    history: async (room, beforeSeq, limit) =>
      (await askPatiently({ type: 'chat.history', room, beforeSeq, ...(limit !== undefined && { limit }) }))
        .messages,
    fetchGif: (room, gif) => gifs.downloadGif(room, gif),
    awaitGif: (room, gif) => retryRefused(() => gifs.downloadGif(room, gif)),
    async close() {
      const left = Promise.all(seats.seatedRooms.filter(room => seats.giveUpSeat(room)).map(leaveQuietly))
      const { promise: patienceEnded, resolve } = Promise.withResolvers<void>()
      const patience = setTimeout(resolve, LEAVE_MS)
      await Promise.race([left, patienceEnded])
      clearTimeout(patience)
      route.abandon()
      await Promise.all([link.closeLink(), gifs.endTransfers()])
    },
  }
}
