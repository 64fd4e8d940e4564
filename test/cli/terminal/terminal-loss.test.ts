import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { mock, test } from 'node:test'
import { TerminalLossWatch } from '../../../cli/terminal/terminal-loss.ts'

/** A terminal of which only the streams' events are used. */
function terminalThat(answers: () => Error | null) {
  const stdin = new PassThrough()
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(answers()) })
  return { stdin, stdout } as unknown as ConstructorParameters<typeof TerminalLossWatch>[0]
}

test('a terminal that is gone is noticed by a write, within a minute', async t => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.after(() => mock.timers.reset())
  let isGone = false
  const terminal = terminalThat(() => (isGone ? new Error('write EIO') : null))
  using loss = new TerminalLossWatch(terminal)
  mock.timers.tick(600_000)
  assert.ok(!loss.signal.aborted)
  isGone = true
  const aborted = new Promise(resolve => loss.signal.addEventListener('abort', resolve))
  mock.timers.tick(60_000)
  await aborted
})

test('a terminal whose input ends is gone at once', async () => {
  const terminal = terminalThat(() => null)
  using loss = new TerminalLossWatch(terminal)
  const aborted = new Promise(resolve => loss.signal.addEventListener('abort', resolve))
  terminal.stdin.resume()
  terminal.stdin.push(null)
  await aborted
})
