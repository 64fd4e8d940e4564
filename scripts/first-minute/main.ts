// npm run first-minute             two people, each with a new home, from nothing to a conversation
// npm run first-minute -- --clone  the same from a fresh clone, with what `npm ci` takes
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_PORT } from '../../cli/identity/default-server.ts'
import { isListening } from '../../test/support/server-process.ts'
import { playFirstMinute } from './play-first-minute.ts'

const root = join(import.meta.dirname, '../..')
const print = (line: string) => process.stdout.write(`${line}\n`)

if (await isListening(DEFAULT_PORT)) {
  process.stderr.write(`Something listens on port ${DEFAULT_PORT}, so this would not begin with nothing.\n`)
  process.exit(2)
}
const startedAt = performance.now()
const seconds = () => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`
const directory = mkdtempSync(join(tmpdir(), 'gifchat-first-minute-'))
try {
  const checkout = process.argv.includes('--clone') ? cloneAndInstall(directory) : root
  await playFirstMinute(join(checkout, 'bin/gifchat.js'), line => print(`${seconds().padStart(7)}  ${line}`))
  print(`\nFrom nothing to two people talking: ${seconds()}.`)
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** A checkout in which nothing was ever built or installed. */
function cloneAndInstall(parent: string): string {
  const checkout = join(parent, 'gifchat')
  const run = (command: string, args: readonly string[], cwd: string) => {
    print(`${seconds().padStart(7)}  $ ${[command, ...args].join(' ')}`)
    execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  run('git', ['clone', '--quiet', root, checkout], parent)
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], checkout)
  return checkout
}
