import { type DisplaySettings, readDisplaySettings } from '../../app/model/display-settings.ts'
import { plainText } from '../../terminal/plain-text.ts'
import type { CommandContext } from './command-context.ts'
import { EXIT_CODES, type ExitCode, failureOf } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import type { CommandOptions } from './settings.ts'

/**
 * Runs the work of a command. A failure becomes an exit code and one sentence on standard error,
 * or one line of JSON. An error after the command was stopped is no failure.
 */
export async function runCommand(
  options: CommandOptions,
  context: CommandContext,
  work: (display: DisplaySettings) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work(readDisplaySettings(options, context.env))
  } catch (error) {
    if (context.stopped.aborted) return EXIT_CODES.done
    const { exitCode, code, sentence } = failureOf(error, context.texts)
    context.stderr.write(
      options.json ? jsonLine({ error: { code, exitCode, message: sentence } }) : `${sentence}\n`,
    )
    return exitCode
  }
}

/** Writes a sentence that is not a failure to standard error, beside the output. */
export function writeNotice(sentence: string, options: CommandOptions, context: CommandContext): void {
  context.stderr.write(options.json ? jsonLine({ notice: sentence }) : `${plainText(sentence)}\n`)
}
