import { z } from 'zod'
import { LIMITS } from '../../protocol/limits.ts'
import { boundedListSchema, chatMessageSchema } from '../../protocol/model.ts'
import type { Room } from '../chat/room.ts'
import type { StoredState } from '../chat/room-owners.ts'
import type { RoomRegistry } from '../chat/room-registry.ts'

const countSchema = z.int().min(0)

/** The newest messages of a room, in order and without a gap. */
const newestSchema = boundedListSchema(chatMessageSchema, LIMITS.resumeMessages).refine(messages =>
  messages.every(({ seq }, index) => seq === (messages[0]?.seq ?? 0) + index),
)

/**
 * What the owner of a room knows, so that the next one need not read it in the store. It counts as
 * long as nobody else has owned the room since that `epoch`.
 */
export const roomStateSchema = z.object({
  epoch: countSchema,
  end: z.object({ seq: countSchema, bytesAfter: countSchema }).optional(),
  /** Left out when the store may have more than the owner knew. */
  loaded: z.object({ messages: newestSchema, messageBytes: countSchema, gifBytes: countSchema }).optional(),
})

type RoomState = z.infer<typeof roomStateSchema>

/** The state of a room whose history is idle. */
export function roomStateOf(room: Room, registry: RoomRegistry, stored: StoredState): RoomState {
  const { id, history } = room
  const messages = history.knownMessages
  if (messages === undefined) return stored
  const messageBytes = registry.messageQuota.keptBytes(id)
  const gifBytes = registry.gifs.keptBytes(id)
  return { ...stored, loaded: { messages: JSON.parse(`[${messages}]`), messageBytes, gifBytes } }
}
