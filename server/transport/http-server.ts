import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'

/** A request is cut off when its headers take longer than this, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000
/**
 * A request is cut off when it takes longer than this, its body included, in milliseconds. An
 * upload may stand in line first, and go on slowly while nobody wants its slot.
 */
const REQUEST_TIMEOUT_MS = 30 * 60_000

const HTTP_OPTIONS = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: 5_000,
}

/** A certificate with its chain, and its key, as PEM. */
export interface TlsKeyPair {
  readonly cert: Buffer
  readonly key: Buffer
}

/** The files of a certificate can't be used. The message is for the operator. */
export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError'
}

/**
 * Reads both files, if they are set. Throws `TlsFilesError` if one can't be read or they don't fit
 * together.
 */
export function readTlsFiles({
  tlsCert,
  tlsKey,
}: {
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
}): TlsKeyPair | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined)
    throw new TlsFilesError('--tls-cert and --tls-key go together: set both, or neither')
  try {
    const pair = { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) }
    createSecureContext(pair)
    return pair
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TlsFilesError(`the certificate ${tlsCert} can't be used with the key ${tlsKey}: ${why}`)
  }
}

/** The DNS names that a file's certificate is for, without patterns. */
export function namesInCertificate(file: string): readonly string[] {
  const names = new X509Certificate(readFileSync(file)).subjectAltName?.split(', ') ?? []
  return names.flatMap(name => /^DNS:([\w.-]+)$/.exec(name)?.[1] ?? [])
}

/** A server for HTTP, or for HTTPS with this certificate, that bounds how long a request takes. */
export const createHttpServer = (tls: TlsKeyPair | undefined): Server =>
  tls === undefined
    ? createServer(HTTP_OPTIONS)
    : createTlsServer({ ...HTTP_OPTIONS, ...tls, handshakeTimeout: HEADERS_TIMEOUT_MS })

/** New connections get this certificate. The open ones keep theirs. */
export function renewCertificate(http: Server, tls: TlsKeyPair): void {
  if (http instanceof TlsServer) http.setSecureContext(tls)
}

/** Resolves with the port. Rejects when it can't be had. */
export function listenOnPort(
  http: Server,
  at: { readonly host?: string | undefined; readonly port: number } | { readonly fd: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen({ ...at, backlog: 4_096 }, () => {
      http.off('error', reject)
      const address = http.address() as AddressInfo // a listening TCP server has one
      resolve(address.port)
    })
  })
}
