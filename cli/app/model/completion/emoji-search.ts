import type { EmojiName } from '../../../i18n/emoji-names.ts'
import { type EditorState, editText } from '../../../text/editor/editor.ts'

/** The emoji that people use most. They come first among equally good matches. */
const FAVOURITES = new Set(
  [
    ...new Intl.Segmenter().segment(
      '😂❤️🤣👍😭🙏😘🥰😍😊🎉😁💕🥺😅🔥🤦🤷🙄😆🤗😉🎂🤔👏🙂😳🥳😎👌💜😔💪✨💖👀😋😏😢💗😩💯🌹🎈💙😃😡😜🙈🤞😄🤤🙌🤪😀💀👇😌🤩🙃😬😱😴😐😒😇🌸😈🎶✌️🎊🥵💚☀️🖤👑🎁💥🙋💩✅👋🚀🍕☕🍺👎🐱🐶',
    ),
  ].map(({ segment }) => segment),
)

/**
 * How well a name matches the typed text. 0 is equal, 1 begins with it, 2 has a later word that
 * begins with it, and 3 does not match.
 */
function distance(name: string, typed: string, typedWord: string): number {
  if (name.startsWith(typed)) return name.length === typed.length ? 0 : 1
  return name.includes(typedWord) ? 2 : 3
}

/** The last result is kept, because one key press runs the same search several times. */
let lastFound:
  | { readonly names: readonly EmojiName[]; readonly typed: string; readonly found: readonly EmojiName[] }
  | undefined

/** The emoji with a name or a word in it that begins with the typed text, the likeliest first. */
export function emojiCompletions(
  names: readonly EmojiName[],
  typed: string,
  most: number,
): readonly EmojiName[] {
  if (lastFound?.names === names && lastFound.typed === typed) return lastFound.found
  const typedWord = `_${typed}`
  const ranked: { readonly name: EmojiName; readonly order: number }[] = []
  for (const name of names) {
    let far = distance(name.korean, typed, typedWord)
    for (const shortcode of name.shortcodes) far = Math.min(far, distance(shortcode, typed, typedWord))
    if (far === 3) continue
    const length = name.shortcodes[0]?.length ?? 0
    ranked.push({ name, order: far * 1_000 + (FAVOURITES.has(name.emoji) ? 0 : 500) + length })
  }
  const found = ranked
    .sort((a, b) => a.order - b.order)
    .slice(0, most)
    .map(({ name }) => name)
  lastFound = { names, typed, found }
  return found
}

const SHORTCODE = /(?<=^|[^\p{L}\p{N}_:/]):([\p{L}\p{N}_+-]+):/gu

/**
 * Replaces each complete shortcode that ends after `from` with its emoji. Undo brings the shortcode
 * back.
 */
export function replaceEmojiShortcodes(
  editor: EditorState,
  from: number,
  names: readonly EmojiName[],
): EditorState {
  const codes = [...editor.text.slice(0, editor.cursor).matchAll(SHORTCODE)]
  return codes.reduceRight((next, { 0: code, 1: name = '', index }) => {
    const end = index + code.length
    const emoji = end > from ? emojiCalled(names, name) : undefined
    if (emoji === undefined) return next
    const behind = next.cursor - end
    const spliced = editText(next, { type: 'splice', start: index, end, text: emoji })
    return { ...spliced, cursor: spliced.cursor + behind }
  }, editor)
}

const emojiCalled = (names: readonly EmojiName[], name: string): string | undefined =>
  names.find(({ shortcodes, korean }) => korean === name || shortcodes.includes(name.toLowerCase()))?.emoji
