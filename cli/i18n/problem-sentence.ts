import { GIF_REFUSALS, type GifRefusalReason } from '../../gif/gif-refusal.ts'
import { CANNOT_STORE, RequestError } from '../../protocol/error-codes.ts'
import { BrokenServerError, ServerUnreachableError } from '../connection/client-events.ts'
import { CertificateError } from '../connection/route/certificate.ts'
import { ProxySettingError } from '../connection/route/proxy-settings.ts'
import { TransferError } from '../connection/transfer-error.ts'
import { FileError } from '../files/file-error.ts'
import { GifError, type GifErrorReason } from '../gif/gif-stage.ts'
import { ServerAddressError } from '../identity/server-address.ts'
import { terminalSafeText } from '../terminal/terminal-safe-text.ts'
import type { Texts } from './en.ts'

/** A sentence, in the language of the given texts. */
export type Sentence = (texts: Texts) => string

/** Says what went wrong and what to do next. */
export function problemSentence(error: unknown): Sentence {
  if (error instanceof BrokenServerError)
    return texts => texts.problems.unreachable.notGifchat(terminalSafeText(error.server))
  if (error instanceof TransferError)
    return ({ problems }) => problems.transfer[error.problem](error.kind, error.status)
  if (error instanceof CertificateError)
    return texts => texts.problems.unreachable[error.problem](terminalSafeText(error.server))
  if (error instanceof RequestError) return requestSentence(error)
  if (error instanceof FileError) return fileSentence(error)
  if (error instanceof GifError) return texts => gifSentence(error.reason, texts)
  if (error instanceof ServerUnreachableError)
    return texts => texts.problems.unreachable[error.reason](terminalSafeText(error.server))
  if (error instanceof ServerAddressError)
    return texts => texts.problems.address[error.problem](terminalSafeText(error.typed))
  if (error instanceof ProxySettingError) return texts => texts.problems.proxySetting(error.variable)
  const message = withoutStop(terminalSafeText(error instanceof Error ? error.message : String(error)))
  return texts => texts.unknownProblem(message)
}

function requestSentence({ code, message, reason, retryAfterMs }: RequestError): Sentence {
  const why = withoutStop(terminalSafeText(message))
  return texts => {
    if (reason === CANNOT_STORE) return texts.problems.cannotStore
    const { closed } = texts.connection
    if (isReasonOfEnd(reason, closed)) return closed[reason]
    const known = isRefusal(reason) ? withoutStop(texts.problems.gif[reason]) : why
    return texts.refusals[code]({ retryAfterMs, reason, message: known })
  }
}

function fileSentence({ reason, path: unsafe, size }: FileError): Sentence {
  const path = terminalSafeText(unsafe)
  return ({ problems }) => {
    if (reason === 'tooLarge' && size !== undefined) return problems.fileTooLarge(path, size)
    return isRefusal(reason) ? problems.fileNotAGif(path, problems.gif[reason]) : problems.file[reason](path)
  }
}

function gifSentence(reason: GifErrorReason, { problems }: Texts): string {
  switch (reason) {
    case 'tooSlow':
      return problems.gifTooSlow
    case 'decoderFailed':
      return problems.gifDecoderFailed
    case 'notShown':
      return problems.gifNotShown
    case 'noViewer':
      return problems.gifNoViewer
    default:
      return problems.gif[reason]
  }
}

/** Whether the connection ended for good, so that nothing can be tried again. */
const isReasonOfEnd = (
  reason: string | undefined,
  closed: Texts['connection']['closed'],
): reason is keyof typeof closed => reason !== undefined && Object.hasOwn(closed, reason)

/** Whether it is one of the protocol's own reasons, which are translated. */
const isRefusal = (reason: string | undefined): reason is GifRefusalReason =>
  reason !== undefined && Object.hasOwn(GIF_REFUSALS, reason)

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')
