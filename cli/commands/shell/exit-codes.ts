import { type ErrorCode, RequestError } from '../../../protocol/error-codes.ts'
import { BrokenServerError, ServerUnreachableError } from '../../connection/client-events.ts'
import { CertificateError } from '../../connection/route/certificate.ts'
import { ProxySettingError } from '../../connection/route/proxy-settings.ts'
import { TransferError } from '../../connection/transfer-error.ts'
import { FileError } from '../../files/file-error.ts'
import type { Texts } from '../../i18n/en.ts'
import { problemSentence } from '../../i18n/problem-sentence.ts'
import { ServerAddressError } from '../../identity/server-address.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { DisplaySettingError } from './read-display-settings.ts'

/** The exit codes of every command. Scripts rely on them, so they never change their meaning. */
export const EXIT_CODES = {
  done: 0,
  unexpected: 1,
  usage: 2,
  serverUnreachable: 3,
  noSuchRoom: 4,
  wrongPassword: 5,
  roomFull: 6,
  refused: 7,
  fileNotUsable: 8,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** The command line makes no sense. The message is a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** How a command that failed ends. */
interface Failure {
  readonly exitCode: ExitCode
  /** The code of a request error, or a name like one. */
  readonly code: string
  /** One line for a person, safe to print. */
  readonly sentence: string
}

const EXIT_OF_REQUEST: Readonly<Record<ErrorCode, ExitCode>> = {
  invalidRequest: EXIT_CODES.usage,
  unknownType: EXIT_CODES.unexpected,
  unauthorized: EXIT_CODES.refused,
  noSuchRoom: EXIT_CODES.noSuchRoom,
  passwordRequired: EXIT_CODES.wrongPassword,
  wrongPassword: EXIT_CODES.wrongPassword,
  roomFull: EXIT_CODES.roomFull,
  readOnly: EXIT_CODES.refused,
  notInRoom: EXIT_CODES.refused,
  tooManyRooms: EXIT_CODES.refused,
  tooManySeats: EXIT_CODES.refused,
  rateLimited: EXIT_CODES.refused,
  noSuchGif: EXIT_CODES.refused,
  invalidGif: EXIT_CODES.fileNotUsable,
  gifTooLarge: EXIT_CODES.fileNotUsable,
  roomGifsFull: EXIT_CODES.refused,
  serverGifsFull: EXIT_CODES.refused,
  unavailable: EXIT_CODES.serverUnreachable,
  internal: EXIT_CODES.unexpected,
}

function exitOfTransfer({ problem, isRetryable }: TransferError): ExitCode {
  if (problem === 'tooLarge') return EXIT_CODES.fileNotUsable
  return isRetryable ? EXIT_CODES.serverUnreachable : EXIT_CODES.refused
}

/** The connection ended for good while a command needed it. The message is a sentence. */
export class CommandCutOffError extends Error {
  override readonly name = 'CommandCutOffError'
}

/** No server answers, and none can be started here. The message says why not. */
export class CannotServeError extends Error {
  override readonly name = 'CannotServeError'
}

/** The exit code of an error, and its sentence in one language. */
export function commandFailureOf(error: unknown, texts: Texts): Failure {
  const sentence = problemSentence(error)(texts)
  if (error instanceof BrokenServerError) {
    return { exitCode: EXIT_CODES.unexpected, code: 'notGifchat', sentence }
  }
  if (error instanceof TransferError) {
    return { exitCode: exitOfTransfer(error), code: error.problem, sentence }
  }
  if (error instanceof CertificateError) {
    return { exitCode: EXIT_CODES.serverUnreachable, code: 'unreachable', sentence }
  }
  if (error instanceof RequestError) {
    const forScripts = texts.script.noPlace[error.reason ?? ''] ?? texts.script.refusals[error.code]?.(error)
    return { exitCode: EXIT_OF_REQUEST[error.code], code: error.code, sentence: forScripts ?? sentence }
  }
  if (error instanceof FileError) return { exitCode: EXIT_CODES.fileNotUsable, code: error.reason, sentence }
  if (error instanceof ServerUnreachableError) {
    return { exitCode: EXIT_CODES.serverUnreachable, code: 'unreachable', sentence }
  }
  const message = terminalSafeText(error instanceof Error ? error.message : String(error))
  if (error instanceof CannotServeError) {
    const why = texts.problems.cannotServe(message)
    return { exitCode: EXIT_CODES.serverUnreachable, code: 'unreachable', sentence: why }
  }
  if (error instanceof CommandCutOffError) {
    return { exitCode: EXIT_CODES.serverUnreachable, code: 'unavailable', sentence: message }
  }
  if (error instanceof DisplaySettingError) {
    const refusal = texts.settings.refused(error.source, terminalSafeText(error.value), error.allowed)
    return { exitCode: EXIT_CODES.usage, code: 'usage', sentence: refusal }
  }
  if (error instanceof ServerAddressError || error instanceof ProxySettingError)
    return { exitCode: EXIT_CODES.usage, code: 'usage', sentence }
  if (error instanceof UsageError) return { exitCode: EXIT_CODES.usage, code: 'usage', sentence: message }
  return {
    exitCode: EXIT_CODES.unexpected,
    code: 'unexpected',
    sentence: texts.script.unexpected(message),
  }
}
