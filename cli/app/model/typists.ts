import { LIMITS } from '../../../protocol/limits.ts'
import type { User, UserId } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'
import { type Naming, personNameOf } from './names.ts'

/** A person who is typing, and when to stop showing it (milliseconds since 1970). */
export interface Typist {
  readonly user: User
  readonly until: number
}

/** The most people named in one line. If there are more, the line says "several". */
const NAMED_TYPISTS = 3

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

/** A sentence that says who is typing; empty if nobody is. */
export function typingSentence(typists: readonly Typist[], texts: Texts, naming: Naming): string {
  if (typists.length === 0) return ''
  if (typists.length > NAMED_TYPISTS) return texts.chat.severalTyping
  return texts.chat.typing(typists.map(({ user }) => personNameOf(user, naming)))
}
