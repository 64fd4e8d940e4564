import { useApp, useStdout } from 'ink'
import { useEffect, useRef } from 'react'
import { REPORTS_OFF } from '../terminal/ask/reports.ts'
import type { TerminalHost } from '../terminal/terminal.ts'

/**
 * The stop comes within so many milliseconds, or not at all: the kernel stops no process that
 * nobody could continue.
 */
const STOP_MS = 200

/**
 * Ctrl-Z stops all processes that the shell started with one line, as the terminal itself would do
 * (termios(3), SUSP).
 */
const WHOLE_GROUP = 0

/**
 * Returns the function that gives the terminal back and stops the process; SIGTSTP does the same.
 * Once continued, the app takes the terminal again and redraws everything, even after a SIGSTOP,
 * which comes without a warning.
 */
export function useSuspend(reports: string, host: TerminalHost | undefined): () => void {
  const { suspendTerminal } = useApp()
  const { stdout } = useStdout()
  const suspendGroup = useRef(() => {})
  useEffect(() => {
    if (host === undefined || process.platform === 'win32') return
    let isSuspended = false
    const suspend = async (stop: () => void | Promise<void>) => {
      if (isSuspended) return
      isSuspended = true
      await suspendTerminal(async () => {
        stdout.write(REPORTS_OFF)
        await stop()
        await measureAgain(host)
        stdout.write(reports)
      })
      isSuspended = false
    }
    const stop = async (whom: number) => {
      // Without our listener, the signal stops the process.
      host.off('SIGTSTP', onStop)
      const continued = Promise.withResolvers<void>()
      host.once('SIGCONT', continued.resolve)
      const tooLong = setTimeout(continued.resolve, STOP_MS)
      host.kill(whom, 'SIGTSTP')
      await continued.promise
      clearTimeout(tooLong)
      host.off('SIGCONT', continued.resolve)
      host.on('SIGTSTP', onStop)
    }
    const onStop = () => void suspend(() => stop(host.pid))
    const onContinue = () => void suspend(() => undefined)
    host.on('SIGTSTP', onStop)
    host.on('SIGCONT', onContinue)
    suspendGroup.current = () => void suspend(() => stop(WHOLE_GROUP))
    return () => {
      host.off('SIGTSTP', onStop)
      host.off('SIGCONT', onContinue)
    }
  }, [suspendTerminal, stdout, reports, host])
  return () => suspendGroup.current()
}

/** When the window was resized meanwhile, only the shell, in the foreground, was told. */
async function measureAgain(host: TerminalHost): Promise<void> {
  const measured = new Promise(resolve => host.once('SIGWINCH', resolve))
  host.kill(host.pid, 'SIGWINCH')
  await measured
}
