import { RequestError } from '../../../protocol/error-codes.ts'

/** What is wrong with the certificate of a server, or that it has none. */
export type CertificateProblem =
  | 'certificateSelfSigned'
  | 'certificateUnknown'
  | 'certificateExpired'
  | 'certificateNotYetValid'
  | 'certificateOfAnother'
  | 'certificateBad'
  | 'noTls'

/** By the codes of OpenSSL and Node. */
const PROBLEMS: ReadonlyMap<string, CertificateProblem> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificateSelfSigned'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificateUnknown'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificateUnknown'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'certificateUnknown'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificateUnknown'],
  ['CERT_HAS_EXPIRED', 'certificateExpired'],
  ['CERT_NOT_YET_VALID', 'certificateNotYetValid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificateOfAnother'],
  ['CERT_UNTRUSTED', 'certificateBad'],
  ['CERT_REJECTED', 'certificateBad'],
  ['CERT_REVOKED', 'certificateBad'],
  ['CERT_SIGNATURE_FAILURE', 'certificateBad'],
  ['CERT_CHAIN_TOO_LONG', 'certificateBad'],
  ['INVALID_CA', 'certificateBad'],
  ['INVALID_PURPOSE', 'certificateBad'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'noTls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'noTls'],
])

/** Undefined if the error is of another kind. */
export function certificateProblemOf(error: unknown): CertificateProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'EPROTO' && /wrong version number|packet length too long/.test(error.message)) return 'noTls'
  // `fetch` keeps the reason there.
  return PROBLEMS.get(code) ?? certificateProblemOf(error.cause)
}

/** A GIF can't go to a server with this certificate, now or later. */
export class CertificateError extends RequestError {
  readonly problem: CertificateProblem
  readonly server: string

  constructor(problem: CertificateProblem, server: string) {
    super('internal', `${server}: ${problem}`)
    this.problem = problem
    this.server = server
  }

  override get name(): string {
    return 'CertificateError'
  }

  override get isRetryable(): boolean {
    return false
  }
}
