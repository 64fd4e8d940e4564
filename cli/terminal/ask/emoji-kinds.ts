/**
 * Ways to build an emoji of several characters, each with an example that should be two cells wide.
 */
export const EMOJI_KINDS = {
  /** With a skin tone. */
  tone: '👍🏽',
  /** A text character that U+FE0F turns into an emoji, as in 1️⃣. */
  variant: '❤️',
  /** Several emoji joined into one (U+200D). */
  joined: '👩‍🚀',
  /** The two letters of a country code. */
  flag: '🇰🇷',
} as const

export type EmojiKind = keyof typeof EMOJI_KINDS

export const EMOJI_KIND_NAMES = Object.keys(EMOJI_KINDS) as readonly EmojiKind[] // its own keys
