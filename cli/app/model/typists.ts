import { LIMITS } from '../../../protocol/limits.ts'
import type { User, UserId } from '../../../protocol/model.ts'

/** A person who is typing, and when to stop showing it (milliseconds since 1970). */
export interface Typist {
  readonly user: User
  readonly until: number
}

/** The typists after a hint that `users` are typing (PROTOCOL.md C8). */
export function addTypists(
  typists: readonly Typist[],
  users: readonly User[],
  now: number,
): readonly Typist[] {
  const others = withoutTypists(
    typists,
    users.map(({ id }) => id),
  )
  const until = now + LIMITS.typingShownMs
  return [...freshTypists(others, now), ...users.map(user => ({ user, until }))]
}

/** The typists without these people. Returns the same array if nothing changes. */
export function withoutTypists(typists: readonly Typist[], ids: Iterable<UserId>): readonly Typist[] {
  if (typists.length === 0) return typists
  const gone = new Set(ids)
  return typists.some(({ user }) => gone.has(user.id))
    ? typists.filter(({ user }) => !gone.has(user.id))
    : typists
}

/** The typists whose hints have not expired. */
export const freshTypists = (typists: readonly Typist[], now: number): readonly Typist[] =>
  typists.filter(({ until }) => until > now)
