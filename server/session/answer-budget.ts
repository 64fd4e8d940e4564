import { RequestError } from '../../protocol/error-codes.ts'
import { LoopTurns } from '../turns/loop-turns.ts'
import type { ClientLink } from './client-link.ts'
import { KeyedRateBuckets, type Rate, RateBucket } from './rate-limit.ts'
import type { ReadySession } from './ready-session.ts'

/**
 * While the server as a whole is busy, those wait that have less than this share of what they may
 * ask for at once. Who looks around in a room or two has more.
 */
const SPARED = 15 / 16
/** Nobody is told to wait longer than this, in milliseconds. Clients ask again by themselves. */
const LONGEST_WAIT_MS = 10_000
/** Those who are told to wait come back spread over so many milliseconds. */
const SPREAD_MS = 500

/**
 * Counts the bytes of answers whose length the asker decides (PROTOCOL.md L2). What one weighs is
 * known only when it is made. So a request is taken while its address is in no debt, and its answer
 * is counted afterwards. While all addresses together are over the rate of the server, those that
 * have asked for little are still served.
 */
export class AnswerBudget {
  readonly #addresses: KeyedRateBuckets
  readonly #server: RateBucket
  readonly #turns = new LoopTurns(() => performance.now())

  constructor(rates: { address: Rate; server: Rate }, capacity: number, now: () => number) {
    this.#addresses = new KeyedRateBuckets(rates.address, capacity, now)
    this.#server = new RateBucket(rates.server, now)
  }

  /**
   * Makes an answer when it is this client's turn, unless it has gone. Throws `rateLimited` when
   * the client has to wait before it asks for more.
   */
  async answerInTurn(session: ReadySession, answer: () => Promise<void>): Promise<void> {
    this.#refuseIfSpent(session.link)
    await this.#turns.finishInTurn(session.link.address, async () => {
      if (!session.isConnected()) return
      this.#refuseIfSpent(session.link)
      await answer()
    })
  }

  sendCounted(link: ClientLink, text: string): void {
    link.sendText(text)
    const bytes = Buffer.byteLength(text)
    this.#addresses.charge(link.address, bytes)
    this.#server.charge(bytes)
  }

  #refuseIfSpent({ address }: ClientLink): void {
    const own = this.#addresses.debtMsOf(address)
    const shared = this.#addresses.shareOf(address) < SPARED ? this.#server.debtMs : 0
    const retryAfterMs = Math.min(Math.max(own, shared), LONGEST_WAIT_MS)
    if (retryAfterMs > 0) {
      throw new RequestError('rateLimited', 'too much was asked for from here: wait a little', {
        retryAfterMs: spreadAnswerWait(retryAfterMs),
      })
    }
  }
}

/** A wait for one of many, who should not all come back in the same moment. */
export const spreadAnswerWait = (retryAfterMs: number): number =>
  retryAfterMs + Math.floor(Math.random() * SPREAD_MS)
