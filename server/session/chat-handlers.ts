import type { ClientRequest } from '../../protocol/client-messages.ts'
import { encodeServerAnswer } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId } from '../../protocol/model.ts'
import { ifRoomMoved, type RoomAccess } from '../chat/room-access.ts'
import type { Posted } from '../chat/room-history.ts'
import { spreadAnswerWait } from './answer-budget.ts'
import type { ReadySession } from './ready-session.ts'
import type { SessionServices } from './session-services.ts'

/** When to ask again while a guess stands in line, in milliseconds. */
const GUESS_IN_LINE_RETRY_MS = 1_000

/** Takes a seat and answers the messages that were missed (PROTOCOL.md C3, D6). */
export async function answerChatJoin(
  session: ReadySession,
  request: ClientRequest<'chat.join'>,
  services: SessionServices,
): Promise<void> {
  const retryAfterMs = services.joins.takeToken(session.link.address)
  if (retryAfterMs > 0) {
    throw new RequestError('rateLimited', 'too many joins from here: wait a little', {
      retryAfterMs: spreadAnswerWait(retryAfterMs),
    })
  }
  refuseWhileGuessing(session, request.room)
  const { rooms, roomWork, guessesInLine } = session
  const places = new Set([...rooms.keys(), ...roomWork.keys(), ...guessesInLine])
  if (!places.has(request.room) && places.size >= LIMITS.roomsPerConnection) {
    throw new RequestError(
      'tooManySeats',
      'you are in as many rooms as one connection may be: leave one first',
    )
  }
  const before = session.roomWork.get(request.room) ?? Promise.resolve()
  const standsInLine = Promise.withResolvers<void>()
  const enter = () => enterRoom(session, request, services, standsInLine.resolve)
  const entering = before.then(() => services.answers.answerInTurn(session, enter))
  const settled = Promise.race([entering.catch(() => {}), standsInLine.promise])
  session.beginRoomWork(request.room, settled)
  try {
    await entering
  } finally {
    session.endRoomWork(request.room, settled)
  }
}

async function enterRoom(
  session: ReadySession,
  request: ClientRequest<'chat.join'>,
  services: SessionServices,
  onStandingInLine: () => void,
): Promise<void> {
  refuseWhileGuessing(session, request.room)
  const found = await services.rooms.findRoom(request.room)
  const options = {
    password: request.password,
    sinceSeq: request.sinceSeq,
    address: session.link.address,
    onStandingInLine() {
      session.beginStandingInLine(found.id)
      onStandingInLine()
    },
  }
  const join = (room: RoomAccess): Promise<void> =>
    room.join(session, options, joined => {
      session.rooms.set(room.id, room)
      const { members, bots, observers, messages, ...rest } = joined
      const here = {
        members: [...members],
        ...(bots !== undefined && { bots: [...bots] }),
        ...(observers !== undefined && { observers: [...observers] }),
      }
      const text = encodeServerAnswer({ type: 'chat.joined', id: request.id, ...rest, ...here }, messages)
      services.answers.sendCounted(session.link, text)
    })
  try {
    await join(found).catch(ifRoomMoved(join))
  } finally {
    session.endStandingInLine(found.id)
  }
}

/**
 * A guess may stand in line for long. Later requests for its room do not wait behind it, or they
 * would fill the memory.
 */
function refuseWhileGuessing(session: ReadySession, room: RoomId): void {
  if (!session.guessesInLine.has(room)) return
  throw new RequestError('rateLimited', 'your password for this room waits to be tried: wait for that', {
    retryAfterMs: GUESS_IN_LINE_RETRY_MS,
  })
}

/** Gives up the seat at once (PROTOCOL.md C7). */
export function answerChatLeave(
  session: ReadySession,
  request: ClientRequest<'chat.leave'>,
): Promise<void> | undefined {
  return workInRoom(session, request.room, room => {
    session.rooms.delete(room.id)
    room.leave(session)
    session.link.send({ type: 'chat.left', id: request.id, room: room.id })
  })
}

/** Posts a text and acks it once it is durable (PROTOCOL.md M1, D1). */
export function answerChatSend(
  session: ReadySession,
  request: ClientRequest<'chat.send'>,
  services: SessionServices,
): Promise<void> | undefined {
  return workInRoom(session, request.room, room => {
    refuseObserver(session)
    takeMessageToken(session, services)
    const begun = performance.now()
    const body = { text: request.text, ...replyFieldOf(request), ...botFieldOf(session) }
    const ack = (posted: Posted) => sendAck(session, request, posted, begun, services)
    const post = ({ history }: RoomAccess) => history.postMessage(session.user, request.clientMessageId, body)
    return post(room).then(
      ack,
      ifRoomMoved(next => post(next).then(ack)),
    )
  })
}

/**
 * Posts a GIF that was uploaded before (PROTOCOL.md G1). While the GIF is looked up, later requests
 * for the room wait.
 */
export async function answerChatSendGif(
  session: ReadySession,
  request: ClientRequest<'chat.sendGif'>,
  services: SessionServices,
): Promise<void> {
  const before = session.roomWork.get(request.room)
  if (before === undefined) seatedRoom(session, request.room)
  const lookUp = Promise.withResolvers<void>()
  const endLookUp = () => {
    lookUp.resolve()
    session.endRoomWork(request.room, lookUp.promise)
  }
  session.beginRoomWork(request.room, lookUp.promise)
  try {
    await before
    const room = seatedRoom(session, request.room)
    refuseObserver(session)
    takeMessageToken(session, services)
    const begun = performance.now()
    const { clientMessageId, gif, name, replyTo } = request
    const gifPost = { user: session.user, clientMessageId, gif, name, replyTo, ...botFieldOf(session) }
    const post = ({ gifs }: RoomAccess) => gifs.postGif(gifPost, endLookUp)
    sendAck(session, request, await post(room).catch(ifRoomMoved(post)), begun, services)
  } finally {
    endLookUp()
  }
}

/** Tells the others that this person is writing. Hints are not stored (PROTOCOL.md C8). */
export function answerChatTyping(
  session: ReadySession,
  request: ClientRequest<'chat.typing'>,
): Promise<void> | undefined {
  return workInRoom(session, request.room, room => {
    refuseObserver(session)
    const retryAfterMs = session.takeHintToken()
    if (retryAfterMs > 0) {
      throw new RequestError('rateLimited', 'too many hints of writing: wait a little', { retryAfterMs })
    }
    room.typing.noteWriter(session.user)
    session.link.send({ type: 'chat.typed', id: request.id, room: room.id })
  })
}

/** Answers a page of earlier messages (PROTOCOL.md M4). */
export function answerChatHistory(
  session: ReadySession,
  request: ClientRequest<'chat.history'>,
  services: SessionServices,
): Promise<void> | undefined {
  const { id, beforeSeq, limit = LIMITS.joinHistory } = request
  return workInRoom(session, request.room, room =>
    services.answers.answerInTurn(session, async () => {
      const messages = await room.history.readPage(beforeSeq, limit)
      const answer = { type: 'chat.history', id, room: room.id } as const
      services.answers.sendCounted(session.link, encodeServerAnswer(answer, messages))
    }),
  )
}

/**
 * Does `work` in a room where this client has a seat. Waits until earlier work in that room has
 * finished.
 */
function workInRoom(
  session: ReadySession,
  id: RoomId,
  work: (room: RoomAccess) => Promise<void> | undefined | void,
): Promise<void> | undefined {
  const before = session.roomWork.get(id)
  if (before !== undefined) return before.then(() => work(seatedRoom(session, id)))
  return work(seatedRoom(session, id)) ?? undefined
}

function seatedRoom(session: ReadySession, id: RoomId): RoomAccess {
  const room = session.roomHere(id)
  if (room === undefined) refuseWhileGuessing(session, id)
  if (room === undefined) throw new RequestError('notInRoom', 'you are not in this room: join it first')
  return room
}

function refuseObserver({ role }: ReadySession): void {
  if (role === 'observer')
    throw new RequestError('readOnly', 'an observer only reads: come as a person or a bot')
}

function takeMessageToken(session: ReadySession, services: SessionServices): void {
  const retryAfterMs = session.takeMessageToken() || services.messages.takeToken(session.link.address)
  if (retryAfterMs > 0) {
    throw new RequestError('rateLimited', 'you send messages too fast: wait a little', {
      retryAfterMs,
    })
  }
}

function sendAck(
  session: ReadySession,
  { id, room, clientMessageId }: ClientRequest<'chat.send' | 'chat.sendGif'>,
  { seq, createdAt }: Posted,
  begun: number,
  { metrics }: SessionServices,
): void {
  metrics.posts.inc()
  metrics.ackSeconds.observe((performance.now() - begun) / 1_000)
  session.link.send({ type: 'chat.ack', id, room, clientMessageId, seq, createdAt })
}

/** The field is there only when the request had it, as in a message (PROTOCOL.md M5). */
const replyFieldOf = ({ replyTo }: ClientRequest<'chat.send' | 'chat.sendGif'>) =>
  replyTo === undefined ? {} : { replyTo }

/** The field is there only in what a bot posts (PROTOCOL.md C9). */
const botFieldOf = ({ role }: ReadySession) => (role === 'bot' ? ({ bot: true } as const) : {})
