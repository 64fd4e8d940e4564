import { chmod, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { tokenSchema } from '../../protocol/model.ts'
import { makePrivateDirectory } from './private-directory.ts'
import { withTokenFileLock } from './token-file-lock.ts'

/**
 * A person's token for each server (`ws://host:port`), in a file that only they can read. The names
 * that a machine has for itself name one server.
 */
export interface TokenFile {
  /** Undefined where there is no place for it: tokens are kept for this process alone. */
  readonly path: string | undefined
  read(server: string): Promise<string | undefined>
  /**
   * Never rejects. A token that can't be written is kept for this process, and a notice tells of
   * it.
   */
  write(server: string, token: string): Promise<void>
}

/** What went wrong with a token file. */
export interface TokenProblem {
  readonly problem: 'notSaved' | 'notRead' | 'corrupt' | 'noHome'
  readonly path: string
  /** Where a damaged file is now. */
  readonly aside?: string
}

/** Opens a token file, which need not be there yet. `notice` is told what went wrong. */
export function openTokenFile(path: string | undefined, notice: (problem: TokenProblem) => void): TokenFile {
  const unsaved = new Map<string, string>()
  return {
    path,
    async read(address) {
      const server = oneNameOf(address)
      if (unsaved.has(server) || path === undefined) return unsaved.get(server)
      return (await readTokens(path, notice)).get(server)
    },
    async write(address, token) {
      const server = oneNameOf(address)
      // A whole secret, and nothing that another program would choke on.
      if (!tokenSchema.safeParse(token).success) return
      if (path === undefined) {
        unsaved.set(server, token)
        notice({ problem: 'noHome', path: '' })
        return
      }
      try {
        await makePrivateDirectory(dirname(path))
        await withTokenFileLock(`${path}.lock`, async () => {
          // Another process may have written another server's token since the last read.
          const tokens = await readTokens(path, notice)
          tokens.set(server, token)
          const text = `${JSON.stringify({ tokens: Object.fromEntries(tokens) }, undefined, 2)}\n`
          await writeFileAtomic(path, text, { mode: 0o600 })
        })
        unsaved.delete(server)
      } catch {
        unsaved.set(server, token)
        notice({ problem: 'notSaved', path })
      }
    },
  }
}

async function readTokens(
  path: string,
  notice: (problem: TokenProblem) => void,
): Promise<Map<string, string>> {
  let text: string
  try {
    await keepPrivate(path)
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      notice({ problem: 'notRead', path })
    return new Map()
  }
  const tokens = parseTokens(text)
  if (tokens !== undefined) return tokens
  const aside = `${path}.corrupt`
  await rename(path, aside).catch(() => undefined)
  notice({ problem: 'corrupt', path, aside })
  return new Map()
}

/** Takes the others' rights away from a file that others may read, such as a copy that was made. */
async function keepPrivate(path: string): Promise<void> {
  const { mode, uid } = await stat(path)
  const isOurs = process.getuid?.() === uid
  if (isOurs && (mode & 0o077) !== 0) await chmod(path, 0o600)
}

/** Undefined if the text is not a token file. Entries that can't be tokens are left out. */
function parseTokens(text: string): Map<string, string> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('tokens' in value)) return undefined
  const { tokens } = value
  if (typeof tokens !== 'object' || tokens === null || Array.isArray(tokens)) return undefined
  const isToken = (entry: [string, unknown]): entry is [string, string] =>
    tokenSchema.safeParse(entry[1]).success
  return underOneName(Object.entries(tokens).filter(isToken))
}

/** Servers of this machine under `localhost`; other addresses, and other names, as they are. */
const oneNameOf = (server: string): string =>
  server.replace(/^(wss?:\/\/)(?:127\.0\.0\.1|\[::1\])(?=[:/]|$)/, '$1localhost')

/** Earlier versions kept a token for each name of this machine. `localhost` is used most. */
function underOneName(entries: readonly (readonly [string, string])[]): Map<string, string> {
  const tokens = new Map(entries.filter(([server]) => oneNameOf(server) === server))
  for (const [server, token] of entries)
    if (!tokens.has(oneNameOf(server))) tokens.set(oneNameOf(server), token)
  return tokens
}
