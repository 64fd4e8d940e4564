import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { watchTerminalCellSize } from '../../../../cli/terminal/ask/cell-watch.ts'
import { AskedTerminal } from '../../../support/asked-terminal.ts'

test('a larger cell is noticed when the window changes, and an equal one is not reported', async () => {
  let cell = '6;20;10'
  const terminal = new AskedTerminal([['[c', '\x1b[?62;c']])
  const host = new EventEmitter()
  const output = {
    columns: 80,
    rows: 24,
    write: (text: string) => {
      terminal.type(`\x1b[${cell}t`)
      terminal.output.write(text)
    },
  }
  const cells: object[] = []
  const changes = new EventEmitter()
  const stop = watchTerminalCellSize(
    { input: terminal.input, output, environment: { TERM: 'xterm-kitty' } },
    { width: 10, height: 20 },
    changed => {
      cells.push(changed)
      changes.emit('change')
    },
    listener => {
      host.on('SIGWINCH', listener)
      return () => void host.off('SIGWINCH', listener)
    },
  )
  host.emit('SIGWINCH')
  cell = '6;30;15'
  // The first answer is still on its way.
  host.emit('SIGWINCH')
  host.emit('SIGWINCH')
  await once(changes, 'change')
  assert.deepEqual(cells, [{ width: 15, height: 30 }])
  assert.equal(terminal.asked.match(/\x1b\[c/g)?.length, 2)
  cell = '6;18;9'
  host.emit('SIGWINCH')
  await once(changes, 'change')
  assert.deepEqual(cells.at(-1), { width: 9, height: 18 })
  stop()
  assert.equal(host.listenerCount('SIGWINCH'), 0)
})
