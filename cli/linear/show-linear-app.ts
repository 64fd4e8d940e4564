import { createInterface } from 'node:readline'
import type { AppStore } from '../app/app-store.ts'
import type { AppState } from '../app/model/app-state.ts'
import { isTypingPassword } from '../app/model/secret-input.ts'
import { spokenLines } from './spoken-lines.ts'
import { readTypedLine } from './typed-line.ts'

interface LineTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WritableStream
  /** Aborted when the process receives a signal to end. */
  readonly stopped: AbortSignal
}

const CTRL_C = '\x03'

/** Prints what happens, line by line, and reads lines, until the user quits. */
export async function showLinearApp(
  store: AppStore,
  { stdin, stdout, stopped }: LineTerminal,
): Promise<void> {
  const say = (lines: readonly string[]) => {
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
  }
  let told: AppState | undefined
  let isTyping = false
  const tell = () => {
    // A typed line becomes many key events. Only the state after the last is told.
    if (isTyping) return
    const state = store.getState()
    const lines = spokenLines(told, state)
    told = state
    // The terminal echoes and edits what is typed. Raw mode keeps it from showing a password.
    stdin.setRawMode(isTypingPassword(state))
    say(lines)
  }
  const unsubscribe = store.subscribe(tell)
  tell()
  const reader = createInterface({ input: stdin, terminal: false })
  reader.on('line', typed => {
    const isHidden = isTypingPassword(store.getState())
    if (isHidden) stdout.write('\n')
    const { events, said } = readTypedLine(store.getState(), isHidden ? applyLineEditing(typed) : typed)
    say(said)
    isTyping = true
    for (const event of events) store.dispatch(event)
    isTyping = false
    tell()
  })
  // Reading from a terminal that is gone fails.
  reader.on('close', store.quit).on('error', store.quit)
  // In raw mode the terminal does not turn Ctrl-C into a signal.
  const onData = (chunk: Buffer | string) => {
    if (String(chunk).includes(CTRL_C)) store.quit()
  }
  stdin.on('data', onData)
  stopped.addEventListener('abort', store.quit, { once: true })
  if (stopped.aborted) store.quit()
  try {
    await store.ended
  } finally {
    stopped.removeEventListener('abort', store.quit)
    stdin.off('data', onData)
    unsubscribe()
    stdin.setRawMode(false)
    reader.close()
    stdin.pause()
  }
}

/** Applies Backspace and Ctrl-U, which a terminal in raw mode does not handle. */
function applyLineEditing(typed: string): string {
  let text = ''
  for (const character of typed) {
    if (character === '\x7f' || character === '\b') text = [...text].slice(0, -1).join('')
    else if (character === '\x15') text = ''
    else if (character >= ' ') text += character
  }
  return text
}
