import { RequestError } from '../../protocol/error-codes.ts'
import type { UserId } from '../../protocol/model.ts'

/** The most living rooms that somebody may have opened. */
export interface RoomQuotaSettings {
  readonly roomsPerUser: number
  readonly roomsPerAddress: number
}

/** Who opened a room. */
export interface Opener {
  readonly user: UserId
  /** Undefined for a room of an earlier run, since addresses are never stored. */
  readonly address?: string | undefined
}

/**
 * Counts the living rooms that an identity has opened, and those of an address, since anybody can
 * have many identities (PROTOCOL.md L3).
 */
export class RoomQuota {
  readonly #settings: RoomQuotaSettings
  readonly #ofUsers = new Map<UserId, number>()
  readonly #ofAddresses = new Map<string, number>()

  constructor(settings: RoomQuotaSettings) {
    this.#settings = settings
  }

  /** Counts a room that is about to be opened. Throws `tooManyRooms`. */
  takeRoom(opener: Opener): void {
    const { roomsPerUser, roomsPerAddress } = this.#settings
    if ((this.#ofUsers.get(opener.user) ?? 0) >= roomsPerUser) {
      throw new RequestError('tooManyRooms', 'you have opened as many rooms as you may: leave one first')
    }
    if (opener.address !== undefined && (this.#ofAddresses.get(opener.address) ?? 0) >= roomsPerAddress) {
      throw new RequestError('tooManyRooms', 'as many rooms are open from your address as may be')
    }
    this.countRoom(opener)
  }

  /** Counts a room without a check. */
  countRoom(opener: Opener): void {
    changeCount(this.#ofUsers, opener.user, 1)
    if (opener.address !== undefined) changeCount(this.#ofAddresses, opener.address, 1)
  }

  /** The room has ended, or was never opened. */
  giveRoomBack(opener: Opener): void {
    changeCount(this.#ofUsers, opener.user, -1)
    if (opener.address !== undefined) changeCount(this.#ofAddresses, opener.address, -1)
  }
}

function changeCount(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}
