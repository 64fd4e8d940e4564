import { LIMITS } from '../../protocol/limits.ts'
import type { ChatMessage, RoomId, Seq } from '../../protocol/model.ts'
import type { Ask } from './pending-requests.ts'
import type { RetryRefused } from './retry-refused.ts'

/**
 * What is read at most to close a gap: messages, and characters in their texts. What is older is
 * left out, as if the room no longer had it.
 */
const GAP_LIMITS = { messages: 200_000, characters: 32 * 1024 * 1024 } as const

/**
 * The messages with `afterSeq < seq < beforeSeq` in order, paged back from the newest (PROTOCOL.md
 * D7).
 */
export async function readMissedMessages(
  room: RoomId,
  { afterSeq, beforeSeq }: { readonly afterSeq: Seq; readonly beforeSeq: Seq },
  { ask, retryRefused }: { readonly ask: Ask; readonly retryRefused: RetryRefused },
): Promise<ChatMessage[]> {
  const pages: ChatMessage[][] = []
  let before = beforeSeq
  let messages = 0
  let characters = 0
  while (before > afterSeq + 1 && messages < GAP_LIMITS.messages && characters < GAP_LIMITS.characters) {
    const limit = Math.min(LIMITS.historyPage, before - afterSeq - 1)
    const page = await retryRefused(() => ask({ type: 'chat.history', room, beforeSeq: before, limit }))
    const first = page.messages[0]
    // Nothing older is there (PROTOCOL.md M4).
    if (first === undefined || first.seq >= before) break
    pages.push(page.messages.filter(message => message.seq > afterSeq && message.seq < before))
    messages += page.messages.length
    for (const message of page.messages) characters += 'text' in message ? message.text.length : 0
    before = first.seq
  }
  return pages.reverse().flat()
}
