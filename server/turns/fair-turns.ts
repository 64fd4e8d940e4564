import { RequestError } from '../../protocol/error-codes.ts'
import { AddressWaitingLine } from './address-waiting-line.ts'
import { type LinePlace, WaitingLine } from './waiting-line.ts'

/** How many turns there are at once, and how many may wait for one. */
export interface TurnLimits {
  readonly atOnce: number
  /** Turns that one address has at once. */
  readonly perAddress: number
  /** How many of all turns only an address gets that has none yet. */
  readonly kept: number
  readonly waiting: number
  readonly waitingPerAddress: number
  /** What is said to those who can't even wait. */
  readonly refusal: string
}

/** Whose turn it is. A person counts within an address only: anybody can be many people. */
export interface TurnOwner {
  readonly address: string
  readonly person: string
}

/** A place in the line, and later the turn itself. */
export interface Turn {
  /** Resolves with true when the turn begins, and with false if it was ended before. */
  readonly begun: Promise<boolean>
  /** Gives the turn back, or leaves the line. It may be called again. */
  readonly end: () => void
}

/** An address that had no turn for so long comes before the others again, in milliseconds. */
const REST_MS = 30_000
/** After so many turns of such addresses, another one has a turn. */
const RESTED_IN_ROW = 3
/** Of how many addresses the latest turn is remembered. */
const REMEMBERED_ADDRESSES = 4_096

/**
 * Turns at something scarce, in a fair order. Addresses get them one after the other, those without
 * a turn first, and so do the people of one address. So a wait depends on how many addresses wait,
 * and not on how much one of them asks for. Each step takes the same time however many wait.
 *
 * Addresses that had no turn lately come first, three of four times. So whoever asks for something
 * once does not even wait for each of those that ask on and on.
 */
export class FairTurns {
  readonly #limits: TurnLimits
  readonly #addresses = new Map<string, AddressWaitingLine>()
  /** Addresses that wait: without a turn now or lately, without one now, and for one more. */
  readonly #rested = new WaitingLine<AddressWaitingLine>()
  readonly #without = new WaitingLine<AddressWaitingLine>()
  readonly #withSome = new WaitingLine<AddressWaitingLine>()
  readonly #places = new Map<
    AddressWaitingLine,
    { line: WaitingLine<AddressWaitingLine>; place: LinePlace<AddressWaitingLine> }
  >()
  readonly #latestTurns = new Map<string, number>()
  readonly #now: () => number
  #underWay = 0
  #waiting = 0
  #restedInRow = 0

  constructor(limits: TurnLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Stands in line. Throws `unavailable` when too many wait already. */
  takeTurn({ address, person }: TurnOwner): Turn {
    const line = this.#addresses.get(address) ?? new AddressWaitingLine(address)
    this.#refuseIfCrowded(line)
    this.#addresses.set(address, line)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const leave = line.wait(person, () => {
      giveUp = () => this.#countUnderWay(line, -1)
      resolve(true)
    })
    let giveUp: (() => void) | undefined = () => {
      leave()
      this.#waiting--
      resolve(false)
    }
    this.#waiting++
    this.#findPlace(line)
    this.#beginTurns()
    const end = () => {
      if (giveUp === undefined) return
      giveUp()
      giveUp = undefined
      this.#findPlace(line)
      this.#beginTurns()
    }
    return { begun: promise, end }
  }

  /** How many turns an address has now. */
  turnsOf(address: string): number {
    return this.#addresses.get(address)?.underWay ?? 0
  }

  /** When the line is full, an address for which nobody waits still gets one place. */
  #refuseIfCrowded(line: AddressWaitingLine): void {
    const { waiting, waitingPerAddress, refusal } = this.#limits
    if (line.waiting === 0 || (line.waiting < waitingPerAddress && this.#waiting < waiting)) return
    throw new RequestError('unavailable', refusal, { retryAfterMs: 1_000 })
  }

  #beginTurns(): void {
    for (;;) {
      const place = this.#nextPlace(this.#limits.atOnce - this.#underWay)
      const begin = place?.item.takeFirst()
      if (place === undefined || begin === undefined) return
      this.#waiting--
      this.#restedInRow = this.#places.get(place.item)?.line === this.#rested ? this.#restedInRow + 1 : 0
      this.#countUnderWay(place.item, 1)
      this.#rememberTurn(place.item.address)
      this.#losePlace(place.item)
      this.#findPlace(place.item)
      begin()
    }
  }

  /** Who is next, when so many turns are free. */
  #nextPlace(free: number): LinePlace<AddressWaitingLine> | undefined {
    if (free <= 0) return undefined
    const isOthersTurn = this.#restedInRow >= RESTED_IN_ROW && this.#without.length > 0
    const without = isOthersTurn ? this.#without.first : (this.#rested.first ?? this.#without.first)
    return without ?? (free > this.#limits.kept ? this.#withSome.first : undefined)
  }

  #rememberTurn(address: string): void {
    this.#latestTurns.delete(address)
    this.#latestTurns.set(address, this.#now())
    const oldest = this.#latestTurns.keys().next().value
    if (this.#latestTurns.size > REMEMBERED_ADDRESSES && oldest !== undefined)
      this.#latestTurns.delete(oldest)
  }

  #countUnderWay(line: AddressWaitingLine, change: number): void {
    line.underWay += change
    this.#underWay += change
  }

  /** Puts an address where it belongs now. If it stands there already, it keeps its place. */
  #findPlace(line: AddressWaitingLine): void {
    const current = this.#places.get(line)
    const right = this.#rightLine(line)
    if (line.waiting === 0 && line.underWay === 0) this.#addresses.delete(line.address)
    if (current?.line === right) return
    this.#losePlace(line)
    if (right !== undefined) this.#places.set(line, { line: right, place: right.join(line) })
  }

  #rightLine({
    address,
    waiting,
    underWay,
  }: AddressWaitingLine): WaitingLine<AddressWaitingLine> | undefined {
    if (waiting === 0 || underWay >= this.#limits.perAddress) return undefined
    if (underWay > 0) return this.#withSome
    const latest = this.#latestTurns.get(address) ?? Number.NEGATIVE_INFINITY
    return this.#now() - latest >= REST_MS ? this.#rested : this.#without
  }

  #losePlace(line: AddressWaitingLine): void {
    const current = this.#places.get(line)
    if (current === undefined) return
    current.line.leave(current.place)
    this.#places.delete(line)
  }
}
