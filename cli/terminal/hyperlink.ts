/** What stands in a link's target: printable ASCII without spaces, so that nothing in it can end the sequence (OSC 8). */
const SAFE_TARGET = /^https?:\/\/[!-~]+$/i
/** A longer one is cut or refused by some terminals (OSC 8, "Length limits"). */
const LONGEST_TARGET = 2_000

/** Whether an address may be made a link: http or https, and with nobody's name and password in it. */
export function isSafeTarget(target: string): boolean {
  if (!SAFE_TARGET.test(target) || target.length > LONGEST_TARGET) return false
  const url = URL.parse(target)
  return url !== null && url.hostname !== '' && url.username === '' && url.password === ''
}

/** Terminals that would show the sequence, or do harm by it. */
export const showsHyperlinks = ({ TERM = '' }: Readonly<Record<string, string | undefined>>): boolean =>
  TERM !== '' && TERM !== 'dumb' && TERM !== 'linux'

/**
 * `text` as a link to `target`, which `isSafeTarget`. Rows with one `id` are one link to the terminal, as a link that
 * is broken over rows has to be.
 */
export const hyperlink = (text: string, target: string, id: string): string =>
  `\x1b]8;id=${id.replace(/[^\w.-]/g, '')};${target}\x1b\\${text}\x1b]8;;\x1b\\`
