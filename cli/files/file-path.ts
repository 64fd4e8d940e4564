import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isFileThere } from './real-file.ts'

/** What a path may be about. Tests have their own. */
export interface PathPlaces {
  readonly platform: NodeJS.Platform
  /** The home directory of somebody, or one's own for `''`. Undefined for unknown names. */
  homeOf(user: string): string | undefined
}

const HERE: PathPlaces = { platform: process.platform, homeOf: homeOfUser }

/** The beginning of a path that a shell replaces: `~`, `~name`, `$HOME` or `${HOME}`. */
const HOME = /^(?:~(?<user>[\p{L}\p{N}._-]*)|(?<quote>"?)\$(?:HOME\b|\{HOME\}))(?=["/\\]|$)/u

/** The beginning of a Windows path, where a backslash separates names. */
const DRIVE = /^["']?[A-Za-z]:\\/

/**
 * The path that was meant by a typed or pasted text. Terminals paste a dropped file in quotes,
 * with escaped spaces or as a `file://` URL, and people write `~` and `$HOME`. A text that can't be
 * unquoted is taken as it is.
 */
export function typedFilePath(typed: string, places = HERE): string {
  const text = typed.trim()
  if (isFileUrl(text)) return pathOfUrl(text) ?? text
  const { home, rest } = splitHome(text, places)
  const isWindows = places.platform === 'win32' || DRIVE.test(text)
  const path = isWindows ? withoutOuterQuotes(rest) : (unquoted(rest) ?? rest)
  return isFileUrl(path) ? (pathOfUrl(path) ?? path) : home + path
}

/**
 * The path in an argument that a shell has passed on. Its quotes and backslashes are part of the
 * name, and so are spaces around it. A name that no file has may be a `file://` URL, or begin with
 * a home that the shell left alone, as in `--gif=~/cat.gif`.
 */
export async function givenFilePath(given: string, places = HERE): Promise<string> {
  if (await isFileThere(given)) return given
  if (isFileUrl(given)) return pathOfUrl(given) ?? given
  const { home, rest } = splitHome(given, places)
  return home + rest
}

const isFileUrl = (text: string): boolean => /^file:\/\//i.test(text)

function pathOfUrl(url: string): string | undefined {
  try {
    // A dropped file's URL may name this machine as its host, which `fileURLToPath` refuses.
    return fileURLToPath(url.replace(/^file:\/\/[^/]*/i, 'file://'))
  } catch {
    return undefined
  }
}

/** Splits off the home with which a path begins. Its own letters must not be unquoted. */
function splitHome(text: string, { homeOf }: PathPlaces): { readonly home: string; readonly rest: string } {
  const start = HOME.exec(text)
  const home = start === null ? undefined : homeOf(start.groups?.user ?? '')
  if (start === null || home === undefined) return { home: '', rest: text }
  return { home, rest: (start.groups?.quote ?? '') + text.slice(start[0].length) }
}

/** Names that only a directory service knows are not found here. */
function homeOfUser(user: string): string | undefined {
  try {
    if (user === '' || user === userInfo().username) return homedir()
    const users = readFileSync('/etc/passwd', 'utf8').split('\n')
    return users.find(line => line.startsWith(`${user}:`))?.split(':')[5]
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
