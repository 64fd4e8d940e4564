import type { GifPicture } from '../gif/gif-stage.ts'
import { screenWidthOf, truncateToColumns } from './screen-width.ts'

/** A piece of a row in one style. `color` is a person's `#RRGGBB`, as the server gave it. */
export interface Span {
  readonly text: string
  readonly color?: string
  readonly tone?: Tone
  /** The hyperlink's target. Spans with the same `id` belong to the same link. */
  readonly link?: { readonly target: string; readonly id: string }
  /** The span is a colour sample and not text, so its colour is not adjusted for contrast. */
  readonly isSwatch?: boolean
}

/** A token of the theme. It names the role of a text, and the theme chooses the style. */
export type Tone = 'strong' | 'faint' | 'warning' | 'accent' | 'selected' | 'link'

/** One row of the screen. It is never wider than the columns that it was laid out for. */
export interface Row {
  readonly key: string
  readonly spans: readonly Span[]
  /** A row of a GIF, shown after the first span. */
  readonly picture?: { readonly picture: GifPicture; readonly row: number }
}

/** A horizontal line across the screen. */
export const ruleRow = (key: string, columns: number): Row => ({
  key,
  spans: [{ text: '─'.repeat(columns), tone: 'faint' }],
})

export const rowWidth = (spans: readonly Span[]): number =>
  spans.reduce((width, span) => width + screenWidthOf(span.text), 0)

/** The spans cut to `columns` cells, with `…` at the end if something was cut. */
export function cutSpans(spans: readonly Span[], columns: number): readonly Span[] {
  let room = columns
  const cut: Span[] = []
  for (const span of spans) {
    const text = truncateToColumns(span.text, room)
    if (text !== '') cut.push({ ...span, text })
    if (text !== span.text) break
    room -= screenWidthOf(text)
  }
  return cut
}

/**
 * Places `left` and `right` at the two ends of a row of `columns` cells. If there is no room for
 * both, `right` is left out.
 */
export function spreadSpans(left: readonly Span[], right: readonly Span[], columns: number): readonly Span[] {
  const rightWidth = rowWidth(right)
  const leftWidth = rowWidth(left)
  if (leftWidth + rightWidth + 1 > columns) return cutSpans(left, columns)
  return [...left, { text: ' '.repeat(columns - leftWidth - rightWidth) }, ...right]
}

/** The spans, centred in `columns` cells. */
export function centerSpans(spans: readonly Span[], columns: number): readonly Span[] {
  const cut = cutSpans(spans, columns)
  return [{ text: ' '.repeat(Math.max(0, Math.floor((columns - rowWidth(cut)) / 2))) }, ...cut]
}
