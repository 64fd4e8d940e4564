import { type User, userTagOf } from '../../../protocol/model.ts'

/** How people are told apart on this screen. */
export interface Naming {
  /** Colours that more than one person has. */
  readonly sharedColors: ReadonlySet<string>
  /** False under NO_COLOR. Then every name includes the tag. */
  readonly hasColor: boolean
}

/** A person's name: the colour, and also the tag if the colour alone is ambiguous. */
export const personNameOf = (user: User, { sharedColors, hasColor }: Naming): string =>
  !hasColor || sharedColors.has(user.color) ? `${user.color} ${userTagOf(user)}` : user.color

/** A mention of a person: `@12C6B8`, or the tag if more than one person has that colour. */
export const mentionOfPerson = (user: User, sharedColors: ReadonlySet<string>): string =>
  sharedColors.has(user.color) ? `@${userTagOf(user)}` : `@${user.color.slice(1)}`
