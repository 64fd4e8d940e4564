import type { ChatMessage, RoomId, Seq } from '../../protocol/model.ts'
import type { ChatClient } from '../connection/client-events.ts'

/** Messages of a page. */
const PAGE = 50

/**
 * The messages that come right after `afterSeq`. The server has pages of the newest ones before a
 * `seq` only, and cuts those with long messages, so that it may take several (PROTOCOL.md M4).
 */
export async function readNewerPage(
  client: Pick<ChatClient, 'history'>,
  room: RoomId,
  afterSeq: Seq,
): Promise<readonly ChatMessage[]> {
  let beforeSeq = afterSeq + PAGE + 1
  let read: readonly ChatMessage[] = []
  while (beforeSeq > afterSeq + 1) {
    const page = await client.history(room, beforeSeq, PAGE)
    const newer = page.filter(({ seq }) => seq > afterSeq && seq < beforeSeq)
    const [first] = newer
    if (first === undefined) break
    read = [...newer, ...read]
    beforeSeq = first.seq
  }
  return read
}
