/** One path, in quotes or without. */
const GIF_PATH = /^(['"]?)(?:file:\/\/|[~.]{0,2}\/|[A-Za-z]:\\)[^\n]*\.gif\1$/i

/** A word as a shell reads it, with its quotes and backslashes. */
const SHELL_WORD = /(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\])+/g

/**
 * The paths of GIF files that were dropped on the terminal, as it has pasted them; none if the text
 * is anything else. Some terminals paste several as words of a shell, and others a line for each.
 */
export function droppedGifPaths(pasted: string): readonly string[] {
  const lines = pasted
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const words = lines.flatMap(line => line.match(SHELL_WORD) ?? [])
  const areGifs = (paths: readonly string[]) => paths.every(path => GIF_PATH.test(path))
  if (words.length > 0 && areGifs(words)) return words
  return areGifs(lines) ? lines : []
}
