import type { ClientRequest } from '../../protocol/client-messages.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId } from '../../protocol/model.ts'
import type { Room } from '../chat/room.ts'
import type { ReadySession } from './ready-session.ts'
import type { SessionServices } from './session-services.ts'

/** Takes a seat and answers what was said: a first join, or a resume (PROTOCOL.md C3, D6). */
export async function join(
  session: ReadySession,
  request: ClientRequest<'chat.join'>,
  services: SessionServices,
): Promise<void> {
  const retryAfterMs = services.joins.take(session.link.address)
  if (retryAfterMs > 0) {
    throw new RequestError('rateLimited', 'too many joins from here: wait a little', { retryAfterMs })
  }
  const places = new Set([...session.rooms.keys(), ...session.joining.keys()])
  if (!places.has(request.room) && places.size >= LIMITS.roomsPerConnection) {
    throw new RequestError('tooManySeats', 'this connection sits in as many rooms as it may: leave one first')
  }
  const before = session.joining.get(request.room) ?? Promise.resolve()
  const entering = before.then(() => enter(session, request, services))
  const settled = entering.catch(() => {})
  session.joining.set(request.room, settled)
  try {
    await entering
  } finally {
    if (session.joining.get(request.room) === settled) session.joining.delete(request.room)
  }
}

async function enter(
  session: ReadySession,
  request: ClientRequest<'chat.join'>,
  services: SessionServices,
): Promise<void> {
  const room = services.rooms.get(request.room)
  const take = () =>
    room.join(session.member, request, joined => {
      session.rooms.set(room.id, room)
      const { members, messages } = joined
      session.link.send({
        type: 'chat.joined',
        id: request.id,
        ...joined,
        members: [...members],
        messages: [...messages],
      })
    })
  if (request.password === undefined || !room.needsPassword(session.user.id)) return take()
  return services.passwords.guess(session.link.address, room.id, take)
}

/** Gives the seat up at once (PROTOCOL.md C7). */
export async function leave(session: ReadySession, request: ClientRequest<'chat.leave'>): Promise<void> {
  const room = await roomOf(session, request.room)
  session.rooms.delete(room.id)
  room.leave(session.member)
  session.link.send({ type: 'chat.left', id: request.id, room: room.id })
}

/** Posts a text and acks it once it is durable (PROTOCOL.md M1, D1). */
export async function send(session: ReadySession, request: ClientRequest<'chat.send'>): Promise<void> {
  const room = await roomOf(session, request.room)
  takeMessage(session)
  const body = { text: request.text, ...replyOf(request) }
  const { seq, createdAt } = await room.post(session.user, request.clientMessageId, body)
  session.link.send({ ...ackOf(request), seq, createdAt })
}

/** Posts a GIF that was uploaded before (PROTOCOL.md G1). */
export async function sendGif(
  session: ReadySession,
  request: ClientRequest<'chat.sendGif'>,
  services: SessionServices,
): Promise<void> {
  const room = await roomOf(session, request.room)
  takeMessage(session)
  const { seq, createdAt } = await services.rooms.gifs.post(room.id, request.gif, info =>
    room.post(session.user, request.clientMessageId, {
      gif: { ...info, name: request.name },
      ...replyOf(request),
    }),
  )
  session.link.send({ ...ackOf(request), seq, createdAt })
}

/** Hints to the others that this person writes; nothing of it is kept (PROTOCOL.md C8). */
export async function typing(session: ReadySession, request: ClientRequest<'chat.typing'>): Promise<void> {
  const room = await roomOf(session, request.room)
  const retryAfterMs = session.hints.take()
  if (retryAfterMs > 0) {
    throw new RequestError('rateLimited', 'one hint in a few seconds is enough', { retryAfterMs })
  }
  room.typing(session.user)
  session.link.send({ type: 'chat.typed', id: request.id, room: room.id })
}

/** Answers a page of what was said (PROTOCOL.md M4). */
export async function history(session: ReadySession, request: ClientRequest<'chat.history'>): Promise<void> {
  const room = await roomOf(session, request.room)
  const messages = await room.history(request.beforeSeq, request.limit ?? LIMITS.joinHistory)
  session.link.send({ type: 'chat.history', id: request.id, room: room.id, messages: [...messages] })
}

async function roomOf(session: ReadySession, id: RoomId): Promise<Room> {
  await session.joining.get(id)
  const room = session.rooms.get(id)
  if (room === undefined) throw new RequestError('notInRoom', 'you are not in this room: join it first')
  return room
}

function takeMessage(session: ReadySession): void {
  const retryAfterMs = session.messages.take()
  if (retryAfterMs > 0) {
    throw new RequestError('rateLimited', 'you speak faster than this server lets one: wait a little', {
      retryAfterMs,
    })
  }
}

/** The field is there only when it was given, as it is in a message (PROTOCOL.md M5). */
const replyOf = ({ replyTo }: ClientRequest<'chat.send' | 'chat.sendGif'>) =>
  replyTo === undefined ? {} : { replyTo }

const ackOf = (request: ClientRequest<'chat.send' | 'chat.sendGif'>) =>
  ({
    type: 'chat.ack',
    id: request.id,
    room: request.room,
    clientMessageId: request.clientMessageId,
  }) as const
