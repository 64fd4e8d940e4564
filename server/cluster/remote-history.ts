import type { EncodedMessages } from '../../protocol/codec.ts'
import type { RoomId } from '../../protocol/model.ts'
import type { RoomAccess } from '../chat/room-access.ts'
import type { OwnerRequests } from './owner-requests.ts'

/** The history of a room that another node owns. */
export const remoteHistory = (room: RoomId, requests: OwnerRequests): RoomAccess['history'] => ({
  postMessage: (user, clientMessageId, body) => {
    if (!('text' in body)) return Promise.reject(new Error('a GIF is posted by its id'))
    const { text, replyTo, bot } = body
    const request = { kind: 'post', room, user, clientMessageId, text, replyTo, bot } as const
    return requests.askOwner(request, 'posted', posted => posted)
  },
  readPage: (beforeSeq, limit) => {
    const request = { kind: 'readPage', room, beforeSeq, limit } as const
    return requests.askOwner(request, 'pageRead', (_, body): EncodedMessages => body.toString())
  },
})
