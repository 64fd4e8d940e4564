import { BrokenServerError, type ChatClient } from '../../connection/client-events.ts'
import type { Texts } from '../../i18n/en.ts'
import { CommandCutOffError } from './exit-codes.ts'

/** Rejects when the client loses its seat, or its connection for good. */
export function untilCommandCutOff(client: ChatClient, texts: Texts): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  // Whoever fails before that looks at it no more.
  promise.catch(() => undefined)
  client.subscribe(event => {
    if (event.type === 'lostSeat') reject(event.error)
    if (event.type !== 'status' || event.status.state !== 'closed') return
    const { reason } = event.status
    const isBroken = reason === 'notGifchat'
    reject(
      isBroken
        ? new BrokenServerError(client.server, reason)
        : new CommandCutOffError(texts.script.closed[reason] ?? texts.connection.closed[reason]),
    )
  })
  return promise
}
