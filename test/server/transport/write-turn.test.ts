import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WriteTurn } from '../../../server/transport/write-turn.ts'

test('those with answers are flushed first, all of them once what waits for the same tick has run', async () => {
  const turn = new WriteTurn()
  const flushed: string[] = []
  const writer = (name: string) => ({ flushWrites: () => void flushed.push(name) })
  turn.addWriter(writer('listener'))
  queueMicrotask(() => turn.addFirstWriter(writer('talker')))
  assert.deepEqual(flushed, [])
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(flushed, ['talker', 'listener'])
})

test('who adds something while the others are flushed is flushed in the next turn', async () => {
  const turn = new WriteTurn()
  const flushed: string[] = []
  turn.addWriter({
    flushWrites() {
      flushed.push('first')
      turn.addWriter({ flushWrites: () => void flushed.push('second') })
    },
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(flushed, ['first', 'second'])
})
