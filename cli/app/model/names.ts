import { tagOf, type User } from '../../../protocol/model.ts'

/** How people are told apart on this screen. */
export interface Naming {
  /** Colours that more than one person has. */
  readonly sharedColors: ReadonlySet<string>
  /** False under NO_COLOR: then everybody carries their tag. */
  readonly hasColor: boolean
}

/** What a person is called: their colour, and their tag where the colour alone would not do. */
export const nameOf = (user: User, { sharedColors, hasColor }: Naming): string =>
  !hasColor || sharedColors.has(user.color) ? `${user.color} ${tagOf(user)}` : user.color

/** How one writes to a person: `@12C6B8`, and by the tag where more than one has that colour. */
export const mentionOf = (user: User, sharedColors: ReadonlySet<string>): string =>
  sharedColors.has(user.color) ? `@${tagOf(user)}` : `@${user.color.slice(1)}`
