import { useApp, useStdout } from 'ink'
import { useEffect, useRef } from 'react'
import { REPORTS_OFF } from '../terminal/ask/reports.ts'
import type { TerminalHost } from '../terminal/terminal.ts'

/** How long a stop may take to come; where nobody could continue us, the kernel lets none come at all. */
const STOP_MS = 200

/** Who is stopped by Ctrl-Z: all that the shell started with one line, as the terminal itself would do (termios(3), SUSP). */
const WHOLE_GROUP = 0

/**
 * Returns the way to give the terminal back and stop the process, which SIGTSTP does too. Continued, also after a stop
 * without a word beforehand, it takes the terminal again and draws everything anew.
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
      // Without our listener the signal does what it does to every process.
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

/** A window that was resized meanwhile told only the program in the foreground, which was the shell. */
async function measureAgain(host: TerminalHost): Promise<void> {
  const measured = new Promise(resolve => host.once('SIGWINCH', resolve))
  host.kill(host.pid, 'SIGWINCH')
  await measured
}
