import type { User } from '../../../protocol/model.ts'
import type { Span, Tone } from '../../text/row.ts'
import { SHOWN_TAB } from '../../text/screen-width.ts'
import { wrapText } from '../../text/wrap-text.ts'
import { linksAndMentionsIn, type Passage } from '../model/links-and-mentions.ts'

/** How a text is laid out and shown. */
interface RichText {
  readonly columns: number
  readonly me: User
  /** Unique on the screen. It lets the terminal join the rows of one link. */
  readonly id: string
  readonly hasLinks: boolean
  readonly tone?: Tone | undefined
}

/** A text in rows of at most `columns` cells, with links and mentions highlighted. */
export function highlightedLines(said: string, options: RichText): readonly (readonly Span[])[] {
  const text = said.replaceAll('\t', SHOWN_TAB)
  const lines = wrapText(text, options.columns)
  const passages = linksAndMentionsIn(text, options.me)
  if (passages.length === 0) return lines.map(line => [plainSpan(line, options)])
  let from = 0
  return lines.map(line => {
    const places = placesOf(line, text, from)
    from = places.at(-1) ?? from
    return spansOf(line, places, passages, options)
  })
}

/**
 * The place in the text of each UTF-16 unit of a row, and last the row's end. Wrapping only drops
 * characters.
 */
function placesOf(line: string, text: string, from: number): readonly number[] {
  const places: number[] = []
  let place = from
  for (const unit of line.split('')) {
    const found = text.indexOf(unit, place)
    places.push(found === -1 ? place : found)
    if (found !== -1) place = found + 1
  }
  return [...places, place]
}

function spansOf(
  line: string,
  places: readonly number[],
  passages: readonly Passage[],
  options: RichText,
): readonly Span[] {
  const spans: Span[] = []
  let done = 0
  for (const [index, passage] of passages.entries()) {
    const start = places.findIndex((place, at) => at >= done && place >= passage.start)
    if (start === -1 || start >= line.length || (places[start] ?? 0) >= passage.end) continue
    const after = places.findIndex((place, at) => at > start && place >= passage.end)
    const end = after === -1 ? line.length : Math.min(after, line.length)
    if (start > done) spans.push(plainSpan(line.slice(done, start), options))
    spans.push(passageSpan(line.slice(start, end), passage, `${options.id}-${index}`, options))
    done = end
  }
  if (done < line.length || spans.length === 0) spans.push(plainSpan(line.slice(done), options))
  return spans
}

const plainSpan = (text: string, { tone }: RichText): Span => (tone === undefined ? { text } : { text, tone })

function passageSpan(text: string, { kind }: Passage, id: string, { hasLinks, tone }: RichText): Span {
  switch (kind.name) {
    case 'link':
      return {
        text,
        tone: 'link',
        ...(hasLinks && kind.target !== undefined && { link: { target: kind.target, id } }),
      }
    case 'mention':
      return { text, color: kind.color, ...(tone !== undefined && { tone }) }
    case 'me':
      return { text, tone: 'selected' }
    default:
      return kind satisfies never
  }
}
