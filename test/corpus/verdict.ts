/** What a program makes of a GIF: its pictures, or why it shows none. */
export type Verdict =
  | { readonly refusal: string }
  | {
      readonly width: number
      readonly height: number
      /** How often it plays; 0 is for ever. */
      readonly plays: number
      readonly frames: readonly JudgedFrame[]
    }

export interface JudgedFrame {
  readonly shownMs: number
  /** SHA-256 of red, green, blue and alpha of each pixel, with 0 for one that is transparent. */
  readonly hash: string
  /** Its pixels end early, so nobody can say how it must look. */
  readonly isPartial?: boolean
}

/** What differs between two verdicts on one file, in words. Empty if nothing does. */
export function differencesOf(ours: Verdict, theirs: Verdict): readonly string[] {
  if ('refusal' in ours && 'refusal' in theirs) return []
  // Of a first frame that is cut off, browsers show a part. It is nothing to post (PROTOCOL.md G3).
  const isPart = 'frames' in theirs && theirs.frames.length === 1 && theirs.frames[0]?.isPartial === true
  if ('refusal' in ours && ours.refusal === 'truncated' && isPart) return []
  if ('refusal' in ours) return [`refused as ${ours.refusal}, but shown with ${countOf(theirs)}`]
  if ('refusal' in theirs) return [`shown with ${countOf(ours)}, but refused: ${theirs.refusal}`]
  // A last frame that is cut off counts for nothing. It may be there in part, or not at all.
  const isCut = theirs.frames.length === ours.frames.length + 1 && theirs.frames.at(-1)?.isPartial === true
  const frames = isCut ? theirs.frames.slice(0, -1) : theirs.frames
  const differences: string[] = []
  const note = (what: string, here: unknown, there: unknown) => {
    if (here !== there) differences.push(`${what} ${here} instead of ${there}`)
  }
  note('size', `${ours.width}×${ours.height}`, `${theirs.width}×${theirs.height}`)
  // A single frame does not play, so nobody can say how often it does.
  if (frames.length > 1) note('plays', ours.plays, theirs.plays)
  note('frames', ours.frames.length, frames.length)
  for (const [index, frame] of ours.frames.entries()) {
    const other = frames[index]
    if (other === undefined) break
    if (other.isPartial === true) continue
    note(`frame ${index} shown for`, frame.shownMs, other.shownMs)
    if (frame.hash !== other.hash) differences.push(`frame ${index} looks different`)
  }
  return differences
}

const countOf = (verdict: Verdict): string => ('frames' in verdict ? `${verdict.frames.length} frames` : '')
