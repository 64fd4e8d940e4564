import emojibase from 'emojibase-data/en/shortcodes/emojibase.json' with { type: 'json' }
import github from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' }
import korean from 'emojibase-data/ko/shortcodes/cldr-native.json' with { type: 'json' }

/** An emoji and what people call it. */
export interface EmojiName {
  readonly emoji: string
  /** The words between two colons, the best known first. */
  readonly shortcodes: readonly string[]
  /** Its name in Korean, with `_` between words. */
  readonly korean: string
}

type Names = Readonly<Record<string, string | readonly string[]>>

/**
 * Each hand and person has five skin tones. They would double the table, and few people type
 * them.
 */
const TONED = /-1F3F[B-F]/

const PICTURE = /^\p{Emoji_Presentation}$/u

/**
 * Every emoji that has a name, in order of code points. Import it only when needed: it is large.
 */
export const emojiNames: readonly EmojiName[] = Object.keys(emojibase)
  .filter(hexcode => !TONED.test(hexcode))
  .map(hexcode => {
    const known = listed(github, hexcode)
    const more = listed(emojibase, hexcode).filter(name => !known.includes(name))
    return {
      emoji: emojiOf(hexcode),
      shortcodes: [...known, ...more],
      korean: listed(korean, hexcode)[0] ?? '',
    }
  })

function listed(names: Names, hexcode: string): readonly string[] {
  const name = names[hexcode] ?? []
  return typeof name === 'string' ? [name] : name
}

/**
 * The characters for `1F1F0-1F1F7`. Adds the selector for an emoji that some terminals would show
 * as a letter.
 */
function emojiOf(hexcode: string): string {
  const emoji = hexcode
    .split('-')
    .map(code => String.fromCodePoint(Number.parseInt(code, 16)))
    .join('')
  return hexcode.includes('-') || PICTURE.test(emoji) ? emoji : `${emoji}\uFE0F`
}
