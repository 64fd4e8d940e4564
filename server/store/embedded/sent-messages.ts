import type { ClientMessageId, Seq, UserId } from '../../../protocol/model.ts'

/** Who sent something, and under which id. */
export interface Sent {
  readonly user: { readonly id: UserId }
  readonly clientMessageId: ClientMessageId
}

/**
 * The `seq` of everything that was sent to a room, by who sent it and under which id (PROTOCOL.md
 * D3). A message takes some 100 bytes here. One map a user needs no key made of both, and is small
 * enough to grow without a pause.
 */
export class StoredMessageIds {
  readonly #ofUsers = new Map<UserId, Map<ClientMessageId, Seq>>()

  /** The `seq` that `sent` has here already; when it has none, notes `nextSeq` and returns that. */
  add({ user, clientMessageId }: Sent, nextSeq: Seq): Seq {
    let ofUser = this.#ofUsers.get(user.id)
    if (ofUser === undefined) {
      ofUser = new Map()
      this.#ofUsers.set(user.id, ofUser)
    }
    const seq = ofUser.get(clientMessageId)
    if (seq !== undefined) return seq
    ofUser.set(clientMessageId, nextSeq)
    return nextSeq
  }

  delete({ user, clientMessageId }: Sent): void {
    this.#ofUsers.get(user.id)?.delete(clientMessageId)
  }
}
