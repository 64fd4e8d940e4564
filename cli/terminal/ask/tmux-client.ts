import { execFile } from 'node:child_process'

/** The terminal that tmux runs in, as tmux itself found out by asking it. */
export interface OuterTerminal {
  /** Its answer to XTVERSION, such as `kitty(0.41.1)`. */
  readonly version: string
  /** Whether tmux passes 24-bit colours on unchanged, and with them the ids of images. */
  readonly hasManyColors: boolean
  /** Whether tmux passes on what is meant for that terminal (`allow-passthrough`). */
  readonly isReached: boolean
}

const TIMEOUT_MS = 500

/** Asks tmux about the terminal that shows this pane. Undefined where tmux does not answer. */
export function askTmux(
  { TMUX_PANE = '', PATH, TMUX }: Readonly<Record<string, string | undefined>>,
  program = 'tmux',
): Promise<OuterTerminal | undefined> {
  const { promise, resolve } = Promise.withResolvers<OuterTerminal | undefined>()
  const target = TMUX_PANE === '' ? [] : ['-t', TMUX_PANE]
  const facts = [
    'display-message',
    '-p',
    ...target,
    '#{client_termtype}\t#{client_tty}\t#{allow-passthrough}',
  ]
  const options = { env: { PATH, TMUX }, timeout: TIMEOUT_MS }
  execFile(program, [...facts, ';', 'show-messages', '-T'], options, (error, said) => {
    const [first = '', ...capabilities] = said.split('\n')
    const [version = '', tty = '', passthrough = ''] = first.split('\t')
    const hasManyColors = setsManyColors(capabilities, tty)
    const isReached = /^(?:1|2|on|all)$/.test(passthrough)
    resolve(error === null && version !== '' ? { version, hasManyColors, isReached } : undefined)
  })
  return promise
}

/** Whether tmux knows how to set 24-bit colours there, among the capabilities of all terminals. */
function setsManyColors(capabilities: readonly string[], tty: string): boolean {
  const start = capabilities.findIndex(line => /^Terminal \d+: /.test(line) && line.includes(` for ${tty},`))
  const next = capabilities.findIndex((line, index) => index > start && line.startsWith('Terminal '))
  const own = capabilities.slice(start + 1, next === -1 ? undefined : next)
  return start !== -1 && own.some(line => /\bsetrgbf: \(string\)/.test(line))
}
