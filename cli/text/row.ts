import type { GifPicture } from '../gif/gif-stage.ts'
import { truncate, widthOf } from './screen-width.ts'

/** A piece of a row in one style; `color` is an identity's `#RRGGBB`, as given. */
export interface Span {
  readonly text: string
  readonly color?: string
  readonly tone?: Tone
  /** Where it leads; pieces with one `id` are one link. */
  readonly link?: { readonly target: string; readonly id: string }
  /** A piece of its colour to be seen, not text to be read: the colour stays as it is given. */
  readonly isSwatch?: boolean
}

/** The tokens of the theme: what a piece of text is, for the screen to choose its look. */
export type Tone = 'strong' | 'faint' | 'warning' | 'accent' | 'selected' | 'link'

/** One row of the screen, laid out: never wider than the columns it was made for. */
export interface Row {
  readonly key: string
  readonly spans: readonly Span[]
  /** A row of a GIF, shown behind the first span. */
  readonly picture?: { readonly picture: GifPicture; readonly row: number }
}

/** A line across the screen. */
export const rule = (key: string, columns: number): Row => ({
  key,
  spans: [{ text: '─'.repeat(columns), tone: 'faint' }],
})

export const rowWidth = (spans: readonly Span[]): number =>
  spans.reduce((width, span) => width + widthOf(span.text), 0)

/** The spans cut to `columns` cells, with `…` where something was cut. */
export function cutSpans(spans: readonly Span[], columns: number): readonly Span[] {
  let room = columns
  const cut: Span[] = []
  for (const span of spans) {
    const text = truncate(span.text, room)
    if (text !== '') cut.push({ ...span, text })
    if (text !== span.text) break
    room -= widthOf(text)
  }
  return cut
}

/** `left` and `right` at the two ends of a row of `columns` cells; `right` is left out when there is no room for both. */
export function spread(left: readonly Span[], right: readonly Span[], columns: number): readonly Span[] {
  const rightWidth = rowWidth(right)
  const leftWidth = rowWidth(left)
  if (leftWidth + rightWidth + 1 > columns) return cutSpans(left, columns)
  return [...left, { text: ' '.repeat(columns - leftWidth - rightWidth) }, ...right]
}

/** The spans in the middle of `columns` cells. */
export function centered(spans: readonly Span[], columns: number): readonly Span[] {
  const cut = cutSpans(spans, columns)
  return [{ text: ' '.repeat(Math.max(0, Math.floor((columns - rowWidth(cut)) / 2))) }, ...cut]
}
