import { RequestError } from '../../protocol/error-codes.ts'
import { RoomMovedError } from '../chat/room-access.ts'
import type { NodeId } from '../chat/room-owners.ts'
import {
  type Envelope,
  encodeEnvelope,
  MOST_ITEMS,
  nodeParcelBytes,
  type PackedParcel,
  packNodeParcel,
  type WireAnswer,
  type WireItem,
  type WireItemOf,
  type WireKind,
  type WireNews,
  type WireRequest,
} from './envelope.ts'
import type { NodeWire } from './node-wire.ts'

/** A node that says nothing for so long can't be reached, in milliseconds. All beat each second. */
const SILENCE_MS = 3_000
/** How long an item waits at most for more that is said to come soon, in milliseconds. */
const PATIENCE_MS = 50
/** An envelope goes out before it has more bytes than this, unless one item alone has more. */
const ENVELOPE_BYTES = 1024 * 1024
const NOTHING = Buffer.alloc(0)

type Unnumbered<Request> = Request extends { id: number } ? Omit<Request, 'id'> : never
type Numbered<Item> = Item extends { id: number } ? Item : never

/** Takes what a link brings. */
export interface LinkReceiver {
  /** A request or an event. Answers go to those who asked. */
  receiveItem(link: NodeLink, item: WireRequest | WireNews, body: Buffer): void
  /**
   * Something was lost, to or from the other node, or it can't be heard. Both must find out anew
   * what they have of each other. Those who asked are told `unavailable` before this.
   */
  linkBroke(link: NodeLink): void
}

interface Asked {
  readonly expected: WireKind
  readonly onAnswer: (answer: never, body: Buffer) => void
  readonly onProgress: (kind: WireKind, id: number) => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The answer while the owner of a room can't be reached. Clients ask again by themselves. */
export const ownerUnreachable = (): RequestError =>
  new RequestError('unavailable', 'this room cannot be reached just now: try again in a moment', {
    retryAfterMs: 500,
  })

/**
 * What goes to and comes from one other node. All that is sent in one turn of the event loop goes
 * out in one envelope. Envelopes are counted, so either side finds out that one was lost.
 */
export class NodeLink {
  readonly peer: NodeId
  readonly #self: NodeId
  readonly #wire: Pick<NodeWire, 'isUp' | 'sendEnvelope'>
  readonly #receiver: LinkReceiver
  #parcels: PackedParcel[] = []
  #bytes = 0
  #isScheduled = false
  #patience: NodeJS.Timeout | undefined
  #sent = 0
  #heard = 0
  #heardAt = performance.now()
  #wasUp = true
  #isOpen = false
  #isClosed = false
  #lastAsk = 0
  readonly #asked = new Map<number, Asked>()

  constructor(
    peer: NodeId,
    dependencies: { self: NodeId; wire: Pick<NodeWire, 'isUp' | 'sendEnvelope'>; receiver: LinkReceiver },
  ) {
    this.peer = peer
    this.#self = dependencies.self
    this.#wire = dependencies.wire
    this.#receiver = dependencies.receiver
    this.#isOpen = peer === dependencies.self
  }

  /**
   * The other node knows this one, or is to get to know it. Before that, nothing is sent: it would
   * be lost, and lost things break a link.
   */
  openLink(): void {
    this.#isOpen = true
  }

  /** Whether each of the two nodes is to know the other one. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether an answer can be expected. */
  get isUp(): boolean {
    if (!this.#isOpen || this.#isClosed) return false
    const isHeard = this.peer === this.#self || performance.now() - this.#heardAt < SILENCE_MS
    return this.#wire.isUp && isHeard
  }

  /** How many requests are not answered yet. */
  get askedCount(): number {
    return this.#asked.size
  }

  /** Whether the other node is dead, or this one goes. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether the other node has said anything yet. */
  get hasHeard(): boolean {
    return this.#heard > 0
  }

  /** With `isMoreSoon` the item may wait for what is sent next. */
  sendItem(item: WireItem, body: Buffer = NOTHING, isMoreSoon = false): void {
    if (!this.#isOpen || this.#isClosed) return
    const parcel = packNodeParcel({ item, body })
    const bytes = nodeParcelBytes(parcel)
    if (this.#parcels.length === MOST_ITEMS || this.#bytes + bytes > ENVELOPE_BYTES) this.#sendParcels()
    this.#parcels.push(parcel)
    this.#bytes += bytes
    if (isMoreSoon) this.#patience ??= setTimeout(() => this.#sendParcels(), PATIENCE_MS)
    if (this.#isScheduled || isMoreSoon) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#sendParcels()
    })
  }

  /**
   * Asks the other node. `onAnswer` is called before anything that comes after the answer. Rejects
   * with a `RequestError`, or with `RoomMovedError`.
   */
  ask<Kind extends WireAnswer['kind']>(
    request: Unnumbered<WireRequest>,
    expected: Kind,
    onAnswer: (answer: WireItemOf<Kind>, body: Buffer) => void,
    onProgress: (kind: WireKind, id: number) => void = () => {},
  ): Promise<void> {
    if (!this.isUp) return Promise.reject(ownerUnreachable())
    const id = ++this.#lastAsk
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { expected, onAnswer, onProgress, resolve, reject })
      // A request without its number, with the number.
      this.sendItem({ ...request, id } as Numbered<WireRequest>)
    })
  }

  /** Says that this node is there, and looks whether the other one is. Called once a second. */
  beat(): void {
    // It may have been opened and fallen silent since the last beat.
    if (!this.isUp && (this.#wasUp || this.#asked.size > 0)) this.#breakLink()
    this.#wasUp = this.isUp
    if (this.#isOpen && this.#parcels.length === 0) this.#sendEnvelope([])
  }

  receiveEnvelope({ count, parcels }: Envelope): void {
    if (this.#isClosed || count <= this.#heard) return
    this.#isOpen = true
    const isWhole = count === this.#heard + 1
    this.#heard = count
    this.#heardAt = performance.now()
    if (!isWhole) {
      this.sendItem({ kind: 'missed' })
      this.#breakLink()
    }
    for (const { item, body } of parcels) this.#receiveItem(item, body)
  }

  /** The other node is gone, or this one goes. */
  closeLink(): void {
    this.#sendParcels()
    this.#isClosed = true
    this.#refuseAsked()
  }

  #receiveItem(item: WireItem, body: Buffer): void {
    switch (item.kind) {
      case 'missed':
        this.#breakLink()
        return
      case 'standsInLine':
      case 'keepGif':
        this.#asked.get(item.id)?.onProgress(item.kind, item.id)
        return
      case 'joined':
      case 'attached':
      case 'taken':
      case 'posted':
      case 'gifSaved':
      case 'pageRead':
      case 'present':
      case 'refused':
        this.#receiveAnswer(item, body)
        return
      default:
        this.#receiver.receiveItem(this, item, body)
    }
  }

  #receiveAnswer(answer: WireAnswer, body: Buffer): void {
    const asked = this.#asked.get(answer.id)
    this.#asked.delete(answer.id)
    if (asked === undefined) return
    try {
      if (answer.kind === 'refused') throw refusalOf(answer)
      if (answer.kind !== asked.expected) throw new Error(`${asked.expected} was answered by ${answer.kind}`)
      asked.onAnswer(answer as never, body) // its kind was just compared
      asked.resolve()
    } catch (error) {
      asked.reject(error)
    }
  }

  #breakLink(): void {
    this.#refuseAsked()
    this.#receiver.linkBroke(this)
  }

  #refuseAsked(): void {
    const refused = [...this.#asked.values()]
    this.#asked.clear()
    for (const { reject } of refused) reject(ownerUnreachable())
  }

  #sendParcels(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
    if (this.#parcels.length === 0) return
    const parcels = this.#parcels
    this.#parcels = []
    this.#bytes = 0
    this.#sendEnvelope(parcels)
  }

  #sendEnvelope(parcels: readonly PackedParcel[]): void {
    const envelope = encodeEnvelope({ from: this.#self, count: ++this.#sent }, parcels)
    this.#wire.sendEnvelope(this.peer, envelope)
  }
}

function refusalOf({ code, message, retryAfterMs, field, reason }: WireItemOf<'refused'>): Error {
  if (code === 'notOwner') return new RoomMovedError()
  return new RequestError(code, message, { retryAfterMs, field, reason })
}
