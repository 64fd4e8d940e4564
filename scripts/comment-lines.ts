import stringWidth from 'string-width'

export const WIDEST_COMMENT = 100

export interface WideLine {
  readonly line: number
  readonly columns: number
}

const OPENS_BLOCK = /^\s*\/\*/
const LINE_COMMENT = /^\s*\/\//
/** Text in quotes is taken out first: an address in it has two slashes as well. */
const QUOTED = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g
const BESIDE_CODE = /\s\/\/\s/

/** The lines of a source file that hold a comment and are wider than `WIDEST_COMMENT` columns. */
export function wideCommentLines(source: string): readonly WideLine[] {
  const wide: WideLine[] = []
  let isInBlock = false
  for (const [index, text] of source.split('\n').entries()) {
    const opensBlock = !isInBlock && OPENS_BLOCK.test(text)
    const isComment =
      isInBlock || opensBlock || LINE_COMMENT.test(text) || BESIDE_CODE.test(text.replace(QUOTED, ''))
    if (isInBlock || opensBlock) isInBlock = !text.includes('*/')
    const columns = isComment ? stringWidth(text) : 0
    if (columns > WIDEST_COMMENT) wide.push({ line: index + 1, columns })
  }
  return wide
}
