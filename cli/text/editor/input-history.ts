/** What was sent from a composer, and the way through it. */
export interface InputHistory {
  /** Newest last. */
  readonly sent: readonly string[]
  /** Set while something else than a new text is shown. */
  readonly walk: HistoryWalk | undefined
}

interface HistoryWalk {
  /** What was sent, each as it was changed since, then the text that was being written, then an empty line. */
  readonly lines: readonly string[]
  readonly at: number
}

export const emptyHistory: InputHistory = { sent: [], walk: undefined }

const SENT_KEPT = 100

/**
 * One text back (-1) or on (1) from `current`, or undefined where there is none. On from the text that is being
 * written comes an empty line, so that a command can be given meanwhile; nothing that was written is lost.
 */
export function walkHistory(
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

/** Whether a text that was being written waits one step back. */
export const hasTextBehind = ({ sent, walk }: InputHistory): boolean =>
  walk !== undefined && walk.at > sent.length && walk.lines[sent.length] !== ''

/** The history with a text that was sent; `unsent` is what was being written when another text was brought back. */
export function rememberSent(
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
