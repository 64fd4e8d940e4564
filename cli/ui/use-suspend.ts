import { once } from 'node:events'
import { useApp, useStdout } from 'ink'
import { useEffect, useRef } from 'react'
import { REPORTS_OFF } from '../terminal/ask/reports.ts'

/** How long a stop may take to come; where nobody could continue us, the kernel lets none come at all. */
const STOP_MS = 200

/** Who is stopped by Ctrl-Z: all that the shell started with one line, as the terminal itself would do (termios(3), SUSP). */
const WHOLE_GROUP = 0

/**
 * Returns the way to give the terminal back and stop the process, which SIGTSTP does too. Continued, also after a stop
 * without a word beforehand, it takes the terminal again and draws everything anew.
 */
export function useSuspend(reports: string): () => void {
  const { suspendTerminal } = useApp()
  const { stdout } = useStdout()
  const suspendGroup = useRef(() => {})
  useEffect(() => {
    if (process.platform === 'win32') return
    let isSuspended = false
    const suspend = async (stop: () => void | Promise<void>) => {
      if (isSuspended) return
      isSuspended = true
      await suspendTerminal(async () => {
        stdout.write(REPORTS_OFF)
        await stop()
        await measureAgain()
        stdout.write(reports)
      })
      isSuspended = false
    }
    const stop = async (whom: number) => {
      // Without our listener the signal does what it does to every process.
      process.off('SIGTSTP', onStop)
      const continued = Promise.withResolvers<void>()
      process.once('SIGCONT', continued.resolve)
      const tooLong = setTimeout(continued.resolve, STOP_MS)
      process.kill(whom, 'SIGTSTP')
      await continued.promise
      clearTimeout(tooLong)
      process.off('SIGCONT', continued.resolve)
      process.on('SIGTSTP', onStop)
    }
    const onStop = () => void suspend(() => stop(process.pid))
    const onContinue = () => void suspend(() => undefined)
    process.on('SIGTSTP', onStop)
    process.on('SIGCONT', onContinue)
    suspendGroup.current = () => void suspend(() => stop(WHOLE_GROUP))
    return () => {
      process.off('SIGTSTP', onStop)
      process.off('SIGCONT', onContinue)
    }
  }, [suspendTerminal, stdout, reports])
  return () => suspendGroup.current()
}

/** A window that was resized meanwhile told only the program in the foreground, which was the shell. */
async function measureAgain(): Promise<void> {
  const measured = once(process, 'SIGWINCH')
  process.kill(process.pid, 'SIGWINCH')
  await measured
}
