import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailableError } from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import type { NodeId } from '../../chat/room-owners.ts'
import { callMongo } from './call-mongo.ts'
import type { Models } from './models.ts'
import { isDuplicateKeyError } from './mongo-error.ts'
import type { MongoWatchdog } from './mongo-watchdog.ts'
import { hasProcessEnded, placeOfThisProcess } from './process-place.ts'

/** How often the owner raises its counter, in milliseconds. */
const RAISE_MS = 1_000
/** How soon it tries again after it could not. */
const RAISE_AGAIN_MS = 250
/** How long one attempt may take. */
const LONGEST_RAISE_MS = 3_000
/** An owner that could not raise its counter for so long writes nothing more: its lease may end. */
const FENCE_MS = 3_000
/** An owner whose counter stands still for so long is taken for dead. */
export const LEASE_MS = 4_000
/** How often others look at the counter. */
const LOOK_MS = 250

/** How a server says that it is there, and that it goes. */
interface OwnershipClaim {
  /** Raises its counter. Resolves with false when others have taken over. */
  raise(): Promise<boolean>
  release(): Promise<void>
}

interface OwnershipOptions {
  readonly watchdog: MongoWatchdog
  /** Another server has taken the database. */
  readonly onTakenOver: () => void
}

const OWNER = { _id: 'owner' } as const
/** The name by which all nodes of a fleet own a database together. */
const FLEET = 'fleet'

/**
 * Two servers on one database would delete each other's rooms. So a database has one owner. Its
 * life:
 *
 * 1. Wait. The database has a document with a counter, which its owner raises every second. Another
 *    server looks at it. No clocks are compared: it counts on its own clock how long the counter
 *    has stood still, and only while the database answered.
 * 2. Take. When the counter has stood still for the lease, or the owner's process has ended on this
 *    machine, or there is no owner, one compare-and-set makes this server the owner.
 * 3. Own. It raises the counter. If that fails for less than the lease, it writes nothing more
 *    until it succeeds.
 * 4. Lose. Another server took the database, because this one stood still for long. It never writes
 *    again.
 * 5. Release. The document is deleted, so that the next server need not wait.
 */
export class MongoOwnership {
  readonly #options: OwnershipOptions
  readonly #claim: OwnershipClaim
  /** When the counter was surely this server's, on the clock of `performance`. */
  #raisedAt = performance.now()
  #raising: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #hasFailed = false
  #isLost = false
  #isReleased = false

  constructor(claim: OwnershipClaim, options: OwnershipOptions) {
    this.#claim = claim
    this.#options = options
    this.#raiseLater(RAISE_MS)
  }

  /** Whether nobody else can have taken over yet, however late this server is told. */
  get isSure(): boolean {
    return !this.#isLost && performance.now() - this.#raisedAt <= FENCE_MS
  }

  /** Rejects unless this server surely owns the database, and could write to it just now. */
  async ensureOwned(): Promise<void> {
    const isDoubtful = this.#hasFailed || !this.isSure
    // One that is under way may be on a connection that was given up meanwhile.
    if (isDoubtful && !this.#isLost) await this.#raise().catch(() => this.#raise())
    if (this.#isLost) throw new StoreUnavailableError('another server has taken over this database')
  }

  /** Something has failed: the next write waits until the counter could be raised. */
  doubtOwnership(): void {
    this.#hasFailed = true
  }

  async release(): Promise<void> {
    this.#isReleased = true
    clearTimeout(this.#timer)
    if (this.#isLost) return
    await callMongo(() => this.#claim.release()).catch(() => {})
  }

  #raiseLater(delayMs: number): void {
    if (this.#isLost || this.#isReleased) return
    this.#timer = setTimeout(() => {
      this.#raise().then(
        () => this.#raiseLater(RAISE_MS),
        () => this.#raiseLater(RAISE_AGAIN_MS),
      )
    }, delayMs).unref()
  }

  #raise(): Promise<void> {
    this.#raising ??= this.#raiseOnce().finally(() => {
      this.#raising = undefined
    })
    return this.#raising
  }

  async #raiseOnce(): Promise<void> {
    const { watchdog, onTakenOver } = this.#options
    const sentAt = performance.now()
    try {
      const isOwned = await callMongo(() => this.#claim.raise(), LONGEST_RAISE_MS)
      if (this.#isReleased) return
      this.#isLost = !isOwned
      if (this.#isLost) onTakenOver()
      else this.#raisedAt = sentAt
      this.#hasFailed = false
      watchdog.noteSuccess()
    } catch (error) {
      this.#hasFailed = true
      if (!this.#isReleased) watchdog.noteFailure(error, this.#raisedAt)
      throw error
    }
  }
}

/** The claim of a lone server. */
export const loneMongoClaim = (holder: string, models: () => Models): OwnershipClaim => ({
  async raise() {
    const raised = await models().Owner.updateOne({ ...OWNER, holder }, { $inc: { counter: 1 } })
    return raised.matchedCount === 1
  },
  async release() {
    await models().Owner.deleteOne({ ...OWNER, holder })
  },
})

/**
 * The claim of one node of several, which own the database together. While any of them lives, a
 * lone server waits.
 */
export const nodeMongoClaim = (node: NodeId, models: () => Models): OwnershipClaim => ({
  async raise() {
    const { Node, Owner } = models()
    const raised = await Node.updateOne({ _id: node }, { $inc: { counter: 1 } })
    if (raised.matchedCount === 0) return false
    // The last node to go deletes the document. It may do so while this one comes.
    const raise = () =>
      isDone(() => Owner.updateOne({ ...OWNER, holder: FLEET }, { $inc: { counter: 1 } }, { upsert: true }))
    // Of two nodes that insert it at once, the second finds it then. Or a lone server has it.
    return (await raise()) || raise()
  },
  async release() {
    const { Node, Owner } = models()
    await Node.deleteOne({ _id: node })
    if ((await Node.exists({})) === null) await Owner.deleteOne({ ...OWNER, holder: FLEET })
  },
})

/**
 * Waits until no lone server owns the database, and takes part in the fleet that does. Resolves
 * with the id of the new node.
 */
export async function joinMongoFleet(options: {
  readonly models: Models
  readonly log: CoreLog
  readonly signal?: AbortSignal | undefined
}): Promise<NodeId> {
  const { Owner, Node } = options.models
  await takeMongoOwnership({ ...options, owners: () => Owner, holder: FLEET })
  const node = randomUUID()
  await callMongo(() => Node.create({ _id: node, counter: 0, place: placeOfThisProcess() }))
  return node
}

/** Waits until no other server owns the database. Resolves with the name of the new owner. */
export async function takeMongoOwnership(options: {
  readonly owners: () => Models['Owner']
  readonly log: CoreLog
  readonly signal?: AbortSignal | undefined
  /** A name that several owners share. */
  readonly holder?: string
}): Promise<string> {
  const { owners, log, signal, holder = randomUUID() } = options
  // The end of one process is not the end of a fleet.
  const mine = { holder, counter: 0, place: holder === FLEET ? '' : placeOfThisProcess() }
  let seen = ''
  let stoodStillMs = 0
  let lookedAt = performance.now()
  let hasWaited = false
  for (;;) {
    signal?.throwIfAborted()
    const owner = await callMongo(() => owners().findOne(OWNER).lean())
    if (owner === null) {
      if (await isDone(() => owners().create({ ...OWNER, ...mine }))) return holder
      continue
    }
    if (owner.holder === holder) return holder
    const now = performance.now()
    const counter = `${owner.holder} ${owner.counter}`
    // While the database does not answer, its owner can't raise the counter either.
    stoodStillMs = counter === seen ? stoodStillMs + Math.min(now - lookedAt, 2 * LOOK_MS) : 0
    seen = counter
    lookedAt = now
    if (stoodStillMs >= LEASE_MS || hasProcessEnded(owner.place)) {
      const asSeen = { ...OWNER, holder: owner.holder, counter: owner.counter }
      const { matchedCount } = await callMongo(() => owners().updateOne(asSeen, mine))
      if (matchedCount === 1) return holder
      continue
    }
    if (!hasWaited) log.warn({}, 'another server uses this database: waiting until it has gone')
    hasWaited = true
    await sleep(LOOK_MS, undefined, { signal })
  }
}

/** False when another server was first. */
async function isDone(create: () => Promise<unknown>): Promise<boolean> {
  try {
    await callMongo(create)
    return true
  } catch (error) {
    if (isDuplicateKeyError(error)) return false
    throw error
  }
}
