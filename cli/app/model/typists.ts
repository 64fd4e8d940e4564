import { LIMITS } from '../../../protocol/limits.ts'
import type { User, UserId } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'
import { type Naming, nameOf } from './names.ts'

/** Somebody who writes, and until when that is worth showing (milliseconds since 1970). */
export interface Typist {
  readonly user: User
  readonly until: number
}

/** People named in one line; more are only several. */
const NAMED_TYPISTS = 3

/** Who writes after a hint that `users` do (PROTOCOL.md C8). */
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

/** The same array where nothing changes. */
export function withoutTypists(typists: readonly Typist[], ids: Iterable<UserId>): readonly Typist[] {
  if (typists.length === 0) return typists
  const gone = new Set(ids)
  return typists.some(({ user }) => gone.has(user.id))
    ? typists.filter(({ user }) => !gone.has(user.id))
    : typists
}

/** Without the hints that are too old. */
export const freshTypists = (typists: readonly Typist[], now: number): readonly Typist[] =>
  typists.filter(({ until }) => until > now)

/** Who writes, in words; empty when nobody does. */
export function typingSentence(typists: readonly Typist[], texts: Texts, naming: Naming): string {
  if (typists.length === 0) return ''
  if (typists.length > NAMED_TYPISTS) return texts.chat.severalTyping
  return texts.chat.typing(typists.map(({ user }) => nameOf(user, naming)))
}
