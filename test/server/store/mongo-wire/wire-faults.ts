import type { WireDocument } from './wire-messages.ts'

/** What happens to one command on its way to MongoDB, or to the reply on its way back. */
export type WireFault =
  /** The connection breaks, and the server never sees the command. */
  | { readonly kind: 'cutBefore' }
  /** The server carries it out, and the connection breaks instead of the reply. */
  | { readonly kind: 'cutAfter' }
  /** The server carries it out, half of the reply arrives, and then the connection breaks. */
  | { readonly kind: 'halfReply' }
  /** The server never sees it, and this side of the connection ends without a reset. */
  | { readonly kind: 'halfClose' }
  /** The server carries it out, and the reply never comes. The connection stays. */
  | { readonly kind: 'lostReply' }
  /** The server gets the command when what `until` returns resolves. */
  | { readonly kind: 'hold'; readonly until: () => Promise<unknown> }
  /** The server carries it out, and the reply comes when what `until` returns resolves. */
  | { readonly kind: 'lateReply'; readonly until: () => Promise<unknown> }
  /** The server never sees it. This is the reply. */
  | { readonly kind: 'answer'; readonly reply: WireDocument }
  /** The server carries it out, and the reply is changed. */
  | { readonly kind: 'change'; readonly change: (reply: WireDocument) => WireDocument }

const NAMES = {
  13: 'Unauthorized',
  43: 'CursorNotFound',
  50: 'MaxTimeMSExpired',
  64: 'WriteConcernFailed',
  91: 'ShutdownInProgress',
  189: 'PrimarySteppedDown',
  10107: 'NotWritablePrimary',
  11600: 'InterruptedAtShutdown',
  14031: 'OutOfDiskSpace',
} as const
type ErrorCode = keyof typeof NAMES

/** The server refuses the command. */
export const refusal = (code: ErrorCode): WireFault => ({
  kind: 'answer',
  reply: { ok: 0, errmsg: `refused by the proxy: ${NAMES[code]}`, code, codeName: NAMES[code] },
})

const writeConcernError = (code: ErrorCode): WireDocument => ({
  writeConcernError: { code, codeName: NAMES[code], errmsg: 'waiting for replication timed out' },
})

/** The server carries out a write, but does not know whether it is durable. */
export const notDurable = (code: 64 | 91): WireFault => ({
  kind: 'change',
  change: reply => ({ ...reply, ...writeConcernError(code) }),
})

/** A unique index stops a write at its first document, which need not be durable. */
export const duplicateAndNotDurable: WireFault = {
  kind: 'answer',
  reply: {
    ok: 1,
    n: 0,
    writeErrors: [{ index: 0, code: 11000, errmsg: 'E11000 duplicate key' }],
    ...writeConcernError(64),
  },
}
