import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketWriteTurn } from '../../../server/turns/socket-write-turn.ts'

test('writers with answers are flushed first, after the promises of the same tick have run', async () => {
  const turn = new SocketWriteTurn()
  const flushed: string[] = []
  const writer = (name: string) => ({ flushWrites: () => void flushed.push(name) })
  turn.addWriter(writer('listener'))
  queueMicrotask(() => turn.addFirstWriter(writer('talker')))
  assert.deepEqual(flushed, [])
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(flushed, ['talker', 'listener'])
})

test('a writer that is added during a flush is flushed in the next turn', async () => {
  const turn = new SocketWriteTurn()
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

test('a writer that may wait for more is flushed after a while, if nothing comes', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const turn = new SocketWriteTurn()
  const flushed: string[] = []
  turn.addPatientWriter({ flushWrites: () => void flushed.push('patient') })
  turn.addWriter({ flushWrites: () => void flushed.push('listener') })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(flushed, ['listener'])
  context.mock.timers.runAll()
  assert.deepEqual(flushed, ['listener', 'patient'])
})

test('the same parts are joined once in a turn, and others by themselves', async () => {
  const turn = new SocketWriteTurn()
  const [one, two] = [Buffer.from('one'), Buffer.from('two')]
  const join = (parts: readonly (Buffer | string)[]) => Buffer.from(parts.join(''))
  const written: Buffer[] = []
  for (const parts of [
    [one, two],
    [one, two],
    [one, two, 'ack'],
    [two, one],
  ])
    turn.addWriter({ flushWrites: () => void written.push(turn.joinParts(parts, join)) })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(written.map(String), ['onetwo', 'onetwo', 'onetwoack', 'twoone'])
  assert.equal(written[0], written[1])
})
