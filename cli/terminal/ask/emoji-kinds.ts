/** Emoji of several characters by how they are put together, with one of each, two cells wide where the terminal knows them. */
export const EMOJI_KINDS = {
  /** With a colour of skin. */
  tone: '👍🏽',
  /** A text character that is asked to be a picture (U+FE0F), as also in 1️⃣. */
  variant: '❤️',
  /** Several that make one picture (U+200D). */
  joined: '👩‍🚀',
  /** Two letters of a country. */
  flag: '🇰🇷',
} as const

export type EmojiKind = keyof typeof EMOJI_KINDS

export const EMOJI_KIND_NAMES = Object.keys(EMOJI_KINDS) as readonly EmojiKind[] // its own keys
