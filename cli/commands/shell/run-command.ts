import type { DisplaySettings } from '../../app/model/display-settings.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { trustAuthorities } from './authorities.ts'
import type { CommandContext } from './command-context.ts'
import { commandFailureOf, EXIT_CODES, type ExitCode } from './exit-codes.ts'
import { printableJsonLine } from './printable-json.ts'
import { readDisplaySettings } from './read-display-settings.ts'
import type { CommandOptions } from './settings.ts'
import { terminalLines } from './terminal-lines.ts'

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
    const display = readDisplaySettings(options, context.env)
    await trustAuthorities(options, context)
    return await work(display)
  } catch (error) {
    if (context.stopped.aborted) return EXIT_CODES.done
    const { exitCode, code, sentence } = commandFailureOf(error, context.texts)
    context.stderr.write(
      options.json
        ? printableJsonLine({ error: { code, exitCode, message: sentence } })
        : terminalLines(`${sentence}\n`, context.stderr),
    )
    return exitCode
  }
}

/** Writes a sentence that is not a failure to standard error, beside the output. */
export function writeCommandNotice(sentence: string, options: CommandOptions, context: CommandContext): void {
  context.stderr.write(
    options.json
      ? printableJsonLine({ notice: sentence })
      : terminalLines(`${terminalSafeText(sentence)}\n`, context.stderr),
  )
}
