import type { Texts } from '../../i18n/en.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { printableJsonLine } from './printable-json.ts'

/** `EXIT_CODES.fileNotUsable`. Every start reads this file, so it imports little. */
const EXIT_CODE_FILE = 8

/**
 * Says once in a sentence that standard output takes no more, such as a file on a full disk. A
 * command then stops, and has the exit code for it. A server goes on.
 */
export function surviveFullOutput(
  { isJson, isServer }: { readonly isJson: boolean; readonly isServer: boolean },
  { usage }: Texts,
): void {
  let isTold = false
  process.stdout.on('error', error => {
    // EPIPE: nobody reads the pipe any more, as in `gifchat --help | head -1`. EIO: the terminal is
    // gone.
    const code = 'code' in error ? error.code : undefined
    if (isTold || code === 'EPIPE' || code === 'EIO') return
    isTold = true
    const message = code === 'ENOSPC' ? usage.outputFull : usage.outputFailed(terminalSafeText(error.message))
    const failure = { error: { code: 'outputFailed', exitCode: EXIT_CODE_FILE, message } }
    process.stderr.write(isJson ? printableJsonLine(failure) : `${message}\n`)
    if (isServer) return
    process.on('exit', () => {
      process.exitCode = EXIT_CODE_FILE
    })
  })
  // What can't be said any more must not end the program.
  process.stderr.on('error', () => undefined)
}
