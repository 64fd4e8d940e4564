import { tagOf, type User } from '../../protocol/model.ts'

/** How one writes to a person: `@12C6B8`, and by the tag where more than one has that colour. */
export const mentionOf = (user: User, sharedColors: ReadonlySet<string>): string =>
  sharedColors.has(user.color) ? `@${tagOf(user)}` : `@${user.color.slice(1)}`
