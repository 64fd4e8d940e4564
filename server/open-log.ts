import { type Logger, pino } from 'pino'
import { boundedLogOutput, logOutput } from './log-output.ts'
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

/** A line of the log for people: `12:00:00.000 info  somebody came  connection=1 …`. */
function prettyLogLine(json: string): string {
  const { time, level, msg, ...details }: Readonly<Record<string, unknown>> = JSON.parse(json)
  const words = Object.entries(details).map(([name, value]) => `${name}=${plainValue(value)}`)
  const start = `${String(time).replace('T', ' ')} ${String(level).padEnd(5)} ${msg}`
  return `${words.length === 0 ? start : `${start}  ${words.join(' ')}`}\n`
}

/**
 * A value on one line. What a client says of itself can hold anything, also what would write to the
 * operator's terminal.
 */
function plainValue(value: unknown): string {
  const text = typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
