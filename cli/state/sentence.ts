import { RequestError } from '../../protocol/error-codes.ts'
import { FileError, ServerUnreachableError } from '../connection/client-events.ts'
import { GifError } from '../gif/gif-stage.ts'
import type { Texts } from '../i18n/en.ts'
import { plainText } from '../terminal/plain-text.ts'

/** Something to be said in whatever language the reader has. */
export type Sentence = (texts: Texts) => string

/** What went wrong and what to do next. */
export function problemSentence(error: unknown): Sentence {
  if (error instanceof RequestError) {
    const details = { retryAfterMs: error.retryAfterMs, message: withoutStop(plainText(error.message)) }
    return texts => texts.refusals[error.code](details)
  }
  if (error instanceof FileError || error instanceof GifError || error instanceof ServerUnreachableError) {
    // Their messages are sentences already.
    return () => plainText(error.message)
  }
  const message = withoutStop(plainText(error instanceof Error ? error.message : String(error)))
  return texts => texts.unknownProblem(message)
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')
