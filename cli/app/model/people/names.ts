import { type User, userTagOf } from '../../../../protocol/model.ts'
import type { PeopleById } from './met-people.ts'

/** How people are told apart on this screen. */
export interface Naming {
  /** Those in the room, who may look alike. */
  readonly people: PeopleById
  /** False under NO_COLOR. Then every name includes the tag. */
  readonly hasColor: boolean
}

/** For names outside of a room, where nobody can be taken for somebody else. */
export const NOBODY: PeopleById = new Map()

/** A person's tag among these people. */
export const personTagAmong = (people: PeopleById, user: User): string =>
  people.get(user.id)?.tag ?? userTagOf(user)

/** A person's name: the colour, and also the tag if somebody else looks like that. */
export const personNameOf = (user: User, { people, hasColor }: Naming): string =>
  !hasColor || people.get(user.id)?.isAlike === true
    ? `${user.color} ${personTagAmong(people, user)}`
    : user.color

/** A mention of a person: `@12C6B8`, or the tag if somebody else looks like that. */
export const mentionOfPerson = (user: User, people: PeopleById): string =>
  people.get(user.id)?.isAlike === true ? `@${personTagAmong(people, user)}` : `@${user.color.slice(1)}`
