import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Issues and checks the tokens that carry a client's anonymous identity (PROTOCOL.md I1, I2). */
export interface Tokens {
  /** Makes a token with a new session id. */
  issue(): string
  /** The session id in a token that this server signed, or undefined. */
  verify(token: string): string | undefined
}

/**
 * A token is `v1.<session id>.<HMAC-SHA-256>`. Both parts are in base64url, and the id is 128
 * random bits. Base64url has several texts for the same bytes: only one of them is the token.
 */
export function createTokens(secret: string): Tokens {
  const sign = (session: string) => createHmac('sha256', secret).update(`v1.${session}`).digest('base64url')
  return {
    issue() {
      const session = randomBytes(16).toString('base64url')
      return `v1.${session}.${sign(session)}`
    },
    verify(token) {
      const [version, session, signature, ...rest] = token.split('.')
      if (version !== 'v1' || session === undefined || signature === undefined || rest.length > 0)
        return undefined
      const given = Buffer.from(signature)
      const expected = Buffer.from(sign(session))
      return given.length === expected.length && timingSafeEqual(given, expected) ? session : undefined
    },
  }
}
