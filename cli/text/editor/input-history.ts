/** The texts sent from a composer, and the user's position in them. */
export interface InputHistory {
  /** Newest last. */
  readonly sent: readonly string[]
  /** Set while the user walks through the history. */
  readonly walk: HistoryWalk | undefined
}

interface HistoryWalk {
  /** The sent texts with any changes made during the walk, then the draft, then an empty line. */
  readonly lines: readonly string[]
  readonly at: number
}

export const emptyHistory: InputHistory = { sent: [], walk: undefined }

const SENT_KEPT = 100

/**
 * Goes one text back (-1) or forward (1) from `current`. Returns undefined if there is none. After
 * the draft comes an empty line, so that the user can give a command without losing the draft.
 */
export function walkInputHistory(
  { sent, walk }: InputHistory,
  current: string,
  direction: -1 | 1,
): { readonly history: InputHistory; readonly shown: string } | undefined {
  const { lines, at } = walk ?? { lines: [...sent, current, ''], at: sent.length }
  const next = at + direction
  const shown = lines[next]
  if (shown === undefined || (direction === 1 && at === sent.length && current === '')) return undefined
  return { history: { sent, walk: { lines: lines.with(at, current), at: next } }, shown }
}

/** Whether the user is on the empty line and the draft before it has text. */
export const hasDraftBehindHistory = ({ sent, walk }: InputHistory): boolean =>
  walk !== undefined && walk.at > sent.length && walk.lines[sent.length] !== ''

/** Adds a sent text and ends the walk. `unsent` is the draft from before the walk. */
export function rememberInInputHistory(
  { sent, walk }: InputHistory,
  text: string,
): { readonly history: InputHistory; readonly unsent: string } {
  const history = {
    sent: sent.at(-1) === text ? sent : [...sent.slice(1 - SENT_KEPT), text],
    walk: undefined,
  }
  return {
    history,
    unsent: walk === undefined || walk.at === sent.length ? '' : (walk.lines[sent.length] ?? ''),
  }
}
