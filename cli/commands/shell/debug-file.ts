import { closeSync, openSync, writeSync } from 'node:fs'
import type { Trace } from '../../connection/trace.ts'
import type { Texts } from '../../i18n/en.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { UsageError } from './exit-codes.ts'
import { escapeJsonControls } from './printable-json.ts'

/** The variable that names the debug file. */
const DEBUG_VARIABLE = 'GIFCHAT_DEBUG'

/** Fields whose values are never written. */
const SECRET_FIELDS: readonly string[] = ['token', 'password']

interface DebugFile extends Trace {
  close(): void
}

/**
 * Opens the debug file that `GIFCHAT_DEBUG` names, for its owner alone; undefined if it names
 * none. Each thing that happens becomes a line of JSON with the milliseconds of a monotonic clock
 * and the number of the newest connection. Lines are written synchronously, so none is missing
 * after a crash. Throws `UsageError`.
 */
export function openDebugFile(
  env: Readonly<Record<string, string | undefined>>,
  { script }: Texts,
): DebugFile | undefined {
  const path = env[DEBUG_VARIABLE]
  if (path === undefined || path === '') return undefined
  let file: number | undefined
  try {
    file = openSync(path, 'a', 0o600)
  } catch {
    throw new UsageError(script.noDebugFile(DEBUG_VARIABLE, terminalSafeText(path)))
  }
  let connections = 0
  const close = () => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  const write = (type: string, fields: object, connection = connections) => {
    if (file === undefined) return
    const at = Math.round(performance.now() * 1_000) / 1_000
    try {
      const line = JSON.stringify({ at, connection, type, ...fields }, withoutSecretFields)
      writeSync(file, `${escapeJsonControls(line)}\n`)
    } catch {
      // A full disk must not end the chat.
      close()
    }
  }
  return {
    dial(server) {
      const connection = ++connections
      write('dial', { server })
      return {
        sent: frame => write('sent', { frame: parsed(frame) }, connection),
        received: frame => write('received', { frame: parsed(frame) }, connection),
        closed: (code, error) => write('closed', { code, error }, connection),
      }
    },
    event: event => write('event', { event }),
    effect: effect => write('effect', { effect }),
    close,
  }
}

/**
 * The value of a frame. A frame that is not JSON could hold a secret anywhere, so only its length
 * is told.
 */
function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame)
  } catch {
    return { notJson: frame.length }
  }
}

function withoutSecretFields(name: string, value: unknown): unknown {
  if (SECRET_FIELDS.includes(name) && value !== undefined) return '***'
  if (value instanceof Error) return { ...value, name: value.name, message: value.message }
  return value
}
