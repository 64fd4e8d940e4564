import { RoomMovedError } from '../chat/room-access.ts'
import type { WireItemOf, WireKind } from './envelope.ts'
import { type NodeLink, ownerUnreachable } from './node-link.ts'

/** How long requests wait at most for a room that goes to another owner, in milliseconds. */
const LONGEST_WAIT_MS = 5_000

type Ask = Parameters<NodeLink['ask']>
/** Called before the answer. Whatever is sent about it goes to the node that is asked. */
type OnProgress = (kind: WireKind, id: number, link: NodeLink) => void

interface RequestHooks {
  /** This node says that it does not own the room. */
  onMoved(link: NodeLink): void
  /** A request waits for the next owner. */
  onWaiting(): void
  /** A request was answered or refused. */
  onSettled(): void
}

interface OwnerRequest {
  /** Which try is in progress. The answers to earlier ones come too late. */
  tries: number
  readonly send: (link: NodeLink) => void
  readonly reject: (error: unknown) => void
}

/**
 * What a node asks of the owner of one room, in order. It goes through these phases:
 *
 * 1. Sent: a request goes to the owner at once, and stays here until it is answered.
 * 2. Waiting: the owner gives the room away. Requests that it has not answered, and new ones, wait.
 * 3. Sent again: the next owner is known. All that waits goes there, in the order in which it was
 *    asked. Each request may be carried out twice: posts have a `clientMessageId` (PROTOCOL.md
 *    D3), and members a number.
 *
 * Without an owner, or when one can't be heard, requests are refused with `unavailable` instead.
 */
export class OwnerRequests {
  readonly #hooks: RequestHooks
  readonly #open = new Set<OwnerRequest>()
  #link: NodeLink | undefined
  #waiting: NodeJS.Timeout | undefined

  constructor(hooks: RequestHooks) {
    this.#hooks = hooks
  }

  /** How many are not answered yet. */
  get size(): number {
    return this.#open.size
  }

  /** Resolves with what `read` makes of the answer, in the moment in which the answer comes. */
  askOwner<Kind extends Ask[1], Result>(
    request: Ask[0],
    expected: Kind,
    read: (answer: WireItemOf<Kind>, body: Buffer) => Result,
    onProgress: OnProgress = () => {},
  ): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const send = (link: NodeLink): void => {
      const tries = ++entry.tries
      const isCurrent = () => entry.tries === tries && this.#open.has(entry)
      const take = (answer: WireItemOf<Kind>, body: Buffer) => {
        if (!isCurrent()) return
        const result = read(answer, body)
        this.#open.delete(entry)
        resolve(result)
        this.#hooks.onSettled()
      }
      const note = (kind: WireKind, id: number) => {
        if (isCurrent()) onProgress(kind, id, link)
      }
      link.ask(request, expected, take, note).catch(error => {
        if (!isCurrent()) return
        if (error instanceof RoomMovedError) this.#hooks.onMoved(link)
        else this.#refuse(entry, error)
      })
    }
    const entry: OwnerRequest = { tries: 0, send, reject }
    this.#open.add(entry)
    if (this.#link !== undefined) send(this.#link)
    else if (this.#waiting !== undefined) this.#hooks.onWaiting()
    else this.#refuse(entry, ownerUnreachable())
    return promise
  }

  /** All that waits goes to this owner, and so does what comes. */
  sendTo(link: NodeLink): void {
    clearTimeout(this.#waiting)
    this.#waiting = undefined
    this.#link = link
    for (const { send } of [...this.#open]) send(link)
  }

  /** The owner gives the room away: what is asked waits for the next one. */
  waitForOwner(): void {
    this.#link = undefined
    for (const request of this.#open) request.tries++
    this.#waiting ??= setTimeout(() => this.endWait(ownerUnreachable()), LONGEST_WAIT_MS).unref()
  }

  /** The owner can't be heard. What was sent there is refused by its link. */
  loseOwner(): void {
    this.#link = undefined
  }

  /** Nobody comes: refuses all that waits. */
  endWait(error: Error): void {
    clearTimeout(this.#waiting)
    this.#waiting = undefined
    for (const request of [...this.#open]) this.#refuse(request, error)
  }

  #refuse(request: OwnerRequest, error: unknown): void {
    this.#open.delete(request)
    request.reject(error)
    this.#hooks.onSettled()
  }
}
