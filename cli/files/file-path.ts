import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'

/**
 * The path that was meant by a typed or pasted text. Terminals paste a dropped file in quotes,
 * with escaped spaces or as a `file://` URL, and people write `~`. A text that can't be unquoted
 * is taken as it is.
 */
export function typedFilePath(
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
    // A dropped file's URL may name this machine as its host, which `fileURLToPath` refuses.
    return fileURLToPath(url.replace(/^file:\/\/[^/]*/i, 'file://'))
  } catch {
    return undefined
  }
}

const withoutOuterQuotes = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text

/**
 * Removes quotes and backslashes as a POSIX shell does, but keeps spaces. Undefined if a quote is
 * left open.
 */
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
