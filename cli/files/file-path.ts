import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'

/**
 * The path that was meant by what was typed or pasted: terminals paste a dropped file quoted, with escaped spaces or as
 * a `file://` URL, and people write `~`. What can't be unquoted is taken as it stands.
 */
export function filePathOf(
  typed: string,
  home = homedir(),
  platform: NodeJS.Platform = process.platform,
): string {
  const text = typed.trim()
  if (/^file:\/\//i.test(text)) return pathOfUrl(text) ?? text
  const path = platform === 'win32' ? withoutOuterQuotes(text) : (unquoted(text) ?? text)
  if (/^file:\/\//i.test(path)) return pathOfUrl(path) ?? path
  return /^~(?=$|[/\\])/.test(path) && !/^['"]/.test(text) ? home + path.slice(1) : path
}

function pathOfUrl(url: string): string | undefined {
  try {
    // A drop may name this machine as the host, which is no reason not to find the file.
    return fileURLToPath(url.replace(/^file:\/\/[^/]*/i, 'file://'))
  } catch {
    return undefined
  }
}

const withoutOuterQuotes = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text

/** Takes quotes and backslashes away as a POSIX shell does, spaces left alone; undefined when a quote is left open. */
function unquoted(text: string): string | undefined {
  let path = ''
  let quote = ''
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    const next = text.charAt(index + 1)
    if (character === quote) quote = ''
    else if (quote === '' && (character === "'" || character === '"')) quote = character
    else if (character === '\\' && next !== '' && (quote === '' || (quote === '"' && /["\\$`]/.test(next)))) {
      path += next
      index++
    } else path += character
  }
  return quote === '' ? path : undefined
}
