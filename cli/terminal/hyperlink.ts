/** Printable ASCII without spaces, so that no byte of the target can end the sequence (OSC 8). */
const SAFE_TARGET = /^https?:\/\/[!-~]+$/i
/** Some terminals cut or refuse longer targets (OSC 8, "Length limits"). */
const LONGEST_TARGET = 2_000

/** Whether an address may become a link: http or https, without a user name and a password. */
export function isSafeHyperlink(target: string): boolean {
  if (!SAFE_TARGET.test(target) || target.length > LONGEST_TARGET) return false
  const url = URL.parse(target)
  return url !== null && url.hostname !== '' && url.username === '' && url.password === ''
}

/** False for terminals that print the sequence, such as the Linux console. */
export const showsHyperlinks = ({ TERM = '' }: Readonly<Record<string, string | undefined>>): boolean =>
  TERM !== '' && TERM !== 'dumb' && TERM !== 'linux'

/**
 * Makes `text` a link to `target`, which has passed `isSafeHyperlink`. The terminal takes pieces
 * with the same `id` for one link, which is how a link can be broken over several rows.
 */
export const hyperlinkSequence = (text: string, target: string, id: string): string =>
  `\x1b]8;id=${id.replace(/[^\w.-]/g, '')};${target}\x1b\\${text}\x1b]8;;\x1b\\`
