import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTerminal, type Terminal } from './terminal.ts'

/** How each shell is started without anybody's settings, and how it learns to complete. */
const SHELLS = {
  bash: { start: ['bash', '--norc', '-i'], learn: 'source <(gifchat completion bash)' },
  zsh: {
    start: ['zsh', '-f', '-i'],
    learn: 'autoload -U compinit; compinit -u -D; source <(gifchat completion zsh)',
  },
  fish: { start: ['fish', '--no-config', '-i'], learn: 'gifchat completion fish | source' },
} as const

export type Shell = keyof typeof SHELLS

// The keys of a const object.
export const SHELL_NAMES = Object.keys(SHELLS) as Shell[]

/** Why tests with this shell are skipped; false where it is installed, or has to be. */
export const whyWithout = (shell: Shell): string | false =>
  process.env.GIFCHAT_REQUIRE_SERVICES !== '1' && spawnSync(shell, ['-c', 'exit 0']).status !== 0
    ? `there is no ${shell} here`
    : false

/** An interactive shell in a terminal of its own, which completes `gifchat`. */
export interface ShellSession extends AsyncDisposable {
  readonly terminal: Terminal
}

/** Starts a shell; `gifchat` is the text of a script that stands for the program there. */
export async function openShell(
  shell: Shell,
  gifchat: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ShellSession> {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-shell-'))
  await writeFile(join(directory, 'gifchat'), gifchat)
  await chmod(join(directory, 'gifchat'), 0o755)
  const { start, learn } = SHELLS[shell]
  const PATH = `${directory}:${process.env.PATH ?? ''}`
  const terminal = await openTerminal({ through: start, env: { ...env, PATH } })
  // Echoed with the quotes, printed without.
  terminal.type(`${learn}; echo can"comple"te\r`)
  await terminal.waitFor('cancomplete')
  return {
    terminal,
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}
