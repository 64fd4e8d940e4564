import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import type { CommandContext } from './command-context.ts'
import { UsageError } from './exit-codes.ts'
import { authoritiesOption, type CommandOptions } from './settings.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/**
 * Trusts the certificates in the file that `--ca` names, for every connection of this process and
 * beside those that the system trusts. Throws `UsageError`.
 */
export async function trustAuthorities(options: CommandOptions, context: CommandContext): Promise<void> {
  const path = authoritiesOption(options, context.env)
  if (path === undefined) return
  const certificates = readCertificates(path)
  if (certificates === undefined)
    throw new UsageError(context.texts.script.badAuthorities(terminalSafeText(path)))
  // Other commands need not load it.
  const { getCACertificates, setDefaultCACertificates } = await import('node:tls')
  setDefaultCACertificates([...getCACertificates('default'), ...certificates])
}

/** Undefined if the file can't be read, or holds something else. */
function readCertificates(path: string): readonly string[] | undefined {
  try {
    const certificates = readFileSync(path, 'utf8').match(CERTIFICATE) ?? []
    for (const certificate of certificates) new X509Certificate(certificate)
    return certificates.length === 0 ? undefined : certificates
  } catch {
    return undefined
  }
}
