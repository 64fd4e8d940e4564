import type { User } from '../../../protocol/model.ts'
import { isSafeHyperlink } from '../../terminal/hyperlink.ts'

/** A link or a mention in a text, as UTF-16 indexes. */
export interface Passage {
  readonly start: number
  readonly end: number
  readonly kind:
    | { readonly name: 'link'; readonly target: string | undefined }
    /** Names another person. `color` is `#RRGGBB`. */
    | { readonly name: 'mention'; readonly color: string }
    | { readonly name: 'me' }
}

const MAY_HAVE_PASSAGES = /:\/\/|@/
const LINK = /(?<![A-Za-z0-9])https?:\/\/[^\s<>"`{}|\\^]+/giu
/** Punctuation that belongs to the sentence and not to the address. */
const AFTER_LINK = /[.,;:!?'’”»…]+$/u
/**
 * A colour of six hex digits with an optional tag, or a tag alone: four characters of an id, or
 * more. A Korean particle or a word of another script may follow without a space.
 */
const MENTION =
  /(?<![A-Za-z0-9_@/])@#?(?:([0-9A-Fa-f]{6})(?:\/([0-9a-z]{4,32}))?|([0-9a-z]{4,32}))(?![A-Za-z0-9_])/gu

/** The links and mentions in a text, in order. */
export function linksAndMentionsIn(text: string, me: User): readonly Passage[] {
  if (!MAY_HAVE_PASSAGES.test(text)) return []
  const links = Array.from(text.matchAll(LINK), ({ 0: found, index }): Passage => {
    const address = withoutSentenceEnd(found)
    const target = isSafeHyperlink(address) ? address : undefined
    return { start: index, end: index + address.length, kind: { name: 'link', target } }
  })
  const mentions = mentionsIn(text, me).filter(
    ({ start }) => !links.some(link => link.start <= start && start < link.end),
  )
  return [...links, ...mentions].sort((one, other) => one.start - other.start)
}

/** Whether a text names the reader by colour or tag. */
export const mentionsUser = (text: string, me: User): boolean =>
  text.includes('@') && linksAndMentionsIn(text, me).some(({ kind }) => kind.name === 'me')

function mentionsIn(text: string, me: User): readonly Passage[] {
  return Array.from(text.matchAll(MENTION)).flatMap(
    ({ 0: found, 1: color, 2: tagBehind, 3: tag = tagBehind, index }): Passage[] => {
      const place = { start: index, end: index + found.length }
      const named = color === undefined ? undefined : `#${color.toUpperCase()}`
      const isMyColor = named === undefined || named === me.color
      const isMyTag = tag === undefined || me.id.startsWith(tag)
      if (isMyColor && isMyTag) return [{ ...place, kind: { name: 'me' } }]
      // Characters that are not the reader's tag may be an ordinary word.
      return named === undefined ? [] : [{ ...place, kind: { name: 'mention', color: named } }]
    },
  )
}

/**
 * The address without the punctuation of the sentence around it. A closing bracket stays if the
 * address also contains the opening one.
 */
function withoutSentenceEnd(address: string): string {
  const trimmed = address.replace(AFTER_LINK, '')
  const last = trimmed.at(-1)
  const opening = last === ')' ? '(' : last === ']' ? '[' : undefined
  if (opening === undefined || last === undefined) return trimmed
  if (trimmed.split(opening).length >= trimmed.split(last).length) return trimmed
  return withoutSentenceEnd(trimmed.slice(0, -1))
}
