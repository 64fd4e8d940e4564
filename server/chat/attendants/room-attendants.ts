import { RequestError } from '../../../protocol/error-codes.ts'
import { LIMITS } from '../../../protocol/limits.ts'
import type { User, UserId } from '../../../protocol/model.ts'
import type { Member } from '../room-seats.ts'

/** How many bots and observers a room takes, each counted once however often it is connected. */
export interface RoomAttendantSettings {
  readonly botsPerRoom: number
  readonly observersPerRoom: number
}

/** The bots and observers of a room, as it tells of them (PROTOCOL.md C10). */
export interface AttendantLists {
  readonly bots: readonly User[]
  readonly observers: readonly User[]
}

/** A connection, and where it comes from as far as that counts: for people it does not. */
export interface AddressedMember {
  readonly member: Member
  readonly address: string
}

interface Place {
  readonly user: User
  readonly address: string
  readonly members: Member[]
}

type Places = Map<UserId, Place>

/** No address has more than this share of a room's places for bots, or for observers. */
const ADDRESS_SHARE = 1 / 2
const NO_PLACES: Places = new Map()

/**
 * Who is in a room beside its people: bots and observers (PROTOCOL.md C9). They have no seat, and
 * nothing is held for them after a disconnect.
 */
export class RoomAttendants {
  // Made when needed: most rooms have none.
  #bots: Places | undefined
  #observers: Places | undefined
  readonly #settings: RoomAttendantSettings
  readonly #onChange: () => void

  /** `onChange` is called when somebody has come or gone. */
  constructor(settings: RoomAttendantSettings, onChange: () => void) {
    this.#settings = settings
    this.#onChange = onChange
  }

  get lists(): AttendantLists {
    return { bots: listedUsers(this.#bots), observers: listedUsers(this.#observers) }
  }

  /** The same, without lists that are empty. */
  get someLists(): Partial<AttendantLists> {
    const { bots, observers } = this.lists
    return { ...(bots.length > 0 && { bots }), ...(observers.length > 0 && { observers }) }
  }

  get members(): readonly AddressedMember[] {
    const places = [...(this.#bots?.values() ?? []), ...(this.#observers?.values() ?? [])]
    return places.flatMap(({ members, address }) => members.map(member => ({ member, address })))
  }

  hasBot(user: UserId): boolean {
    return this.#bots?.has(user) === true
  }

  hasAttendant(user: UserId): boolean {
    return this.hasBot(user) || this.#observers?.has(user) === true
  }

  /** Throws `roomFull` if there is no place for this attendant from `address`. */
  refuseAttendant({ user, role }: Member, address: string): void {
    const places = (role === 'bot' ? this.#bots : this.#observers) ?? NO_PLACES
    if (places.has(user.id)) return
    const most = role === 'bot' ? this.#settings.botsPerRoom : this.#settings.observersPerRoom
    let fromThere = 0
    for (const place of places.values()) if (place.address === address) fromThere++
    if (places.size < most && fromThere < Math.ceil(most * ADDRESS_SHARE)) return
    throw new RequestError('roomFull', `this room has as many ${role}s as it takes: try again later`, {
      reason: role === 'bot' ? 'tooManyBots' : 'tooManyObservers',
    })
  }

  /** The caller must have asked `refuseAttendant` in the same synchronous step. */
  addAttendant(member: Member, address: string): void {
    if (member.role === 'bot') this.#bots ??= new Map()
    else this.#observers ??= new Map()
    const places = this.#placesOf(member)
    const place = places.get(member.user.id)
    if (place === undefined) {
      places.set(member.user.id, { user: member.user, address, members: [member] })
      this.#onChange()
    } else if (!place.members.includes(member)) place.members.push(member)
  }

  /** The attendant has gone with the last connection. */
  removeAttendant(member: Member): void {
    const places = this.#placesOf(member)
    const place = places.get(member.user.id)
    const index = place?.members.indexOf(member) ?? -1
    if (place === undefined || index < 0) return
    place.members.splice(index, 1)
    if (place.members.length > 0) return
    places.delete(member.user.id)
    this.#onChange()
  }

  clearAttendants(): void {
    this.#bots = undefined
    this.#observers = undefined
  }

  #placesOf({ role }: Member): Places {
    return (role === 'bot' ? this.#bots : this.#observers) ?? NO_PLACES
  }
}

/** As many as a frame may name. */
const listedUsers = (places: Places = NO_PLACES): readonly User[] =>
  Array.from(places.values(), place => place.user).slice(0, LIMITS.attendantsListed)
