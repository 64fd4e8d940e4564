import { type Logger, pino } from 'pino'
import { boundedLogOutput, logOutput, prettyLogLine } from './log-output.ts'
import type { LogFormat } from './thread-report.ts'

/** The standard error, which has the log and nothing else. */
const LOG_DESCRIPTOR = 2

/**
 * Opens the log: a JSON object a line, or lines for people. Where the standard error is a file of
 * ours, that is kept small.
 */
export function openLog(level: string, format: LogFormat, file: string | undefined): Logger {
  const output = file === undefined ? logOutput(LOG_DESCRIPTOR) : boundedLogOutput(LOG_DESCRIPTOR, file)
  const lines = { write: (line: string) => output.write(prettyLogLine(line)) }
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    format === 'pretty' ? lines : output,
  )
}
