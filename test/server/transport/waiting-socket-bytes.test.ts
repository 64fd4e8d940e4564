import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Reader, WaitingSocketBytes } from '../../../server/transport/waiting-socket-bytes.ts'

const LIMITS = { total: 1_000, perAddress: 400, stallMs: 10_000 }

interface TestReader extends Reader {
  waitingBytes: number
  sentBytes: number
  isCutOff: boolean
}

/** A budget on a clock that a test moves, and readers that read only when they are told to. */
function startBudget(context: TestContext) {
  let now = 0
  const budget = new WaitingSocketBytes(LIMITS, () => now)
  context.after(() => budget.stopLooks())
  const comeFrom = (address: string) => {
    const reader: TestReader = {
      address,
      waitingBytes: 0,
      sentBytes: 0,
      isCutOff: false,
      cutOffAsSlow: () => {
        reader.isCutOff = true
      },
    }
    return reader
  }
  const write = (reader: TestReader, bytes: number) => {
    reader.waitingBytes += bytes
    budget.countWaiting(reader)
  }
  const read = (reader: TestReader, bytes: number) => {
    reader.waitingBytes -= bytes
    reader.sentBytes += bytes
  }
  const pass = (ms: number) => {
    now += ms
    budget.cutOffStalled()
  }
  return { budget, comeFrom, write, read, pass }
}

test('D8 over the budget of an address, the client for whom most waits is cut off, and nobody elsewhere', context => {
  const { comeFrom, write } = startBudget(context)
  const [small, large, elsewhere] = [comeFrom('a'), comeFrom('a'), comeFrom('b')]
  write(small, 150)
  write(elsewhere, 390)
  write(large, 240)
  assert.deepEqual(
    [small, large, elsewhere].map(({ isCutOff }) => isCutOff),
    [false, false, false],
  )
  write(large, 20)
  assert.deepEqual(
    [small, large, elsewhere].map(({ isCutOff }) => isCutOff),
    [false, true, false],
  )
  write(small, 240)
  assert.equal(small.isCutOff, false, 'what waited for the other is free again')
})

test('D8 over the budget of the server, those for whom most waits are cut off, wherever they are', context => {
  const { comeFrom, write } = startBudget(context)
  const readers = Array.from({ length: 5 }, (_, index) => comeFrom(`address ${index}`))
  for (const [index, reader] of readers.entries()) write(reader, 190 + index)
  assert.ok(readers.every(({ isCutOff }) => !isCutOff))
  const last = comeFrom('another')
  write(last, 200)
  assert.equal(last.isCutOff, true)
  assert.equal(readers[4]?.isCutOff, true)
  assert.deepEqual(
    readers.slice(0, 4).map(({ isCutOff }) => isCutOff),
    [false, false, false, false],
  )
})

test('D8 what was read since the last look counts no more', context => {
  const { comeFrom, write, read } = startBudget(context)
  const reader = comeFrom('a')
  write(reader, 390)
  read(reader, 380)
  const other = comeFrom('a')
  write(other, 350)
  assert.deepEqual([reader.isCutOff, other.isCutOff], [false, false])
})

test('D8 who reads nothing for 10 s while something waits is cut off; who reads a little is not', context => {
  const { comeFrom, write, read, pass } = startBudget(context)
  const [stalled, slow, done] = [comeFrom('a'), comeFrom('b'), comeFrom('c')]
  for (const reader of [stalled, slow, done]) write(reader, 100)
  read(done, 100)
  for (let second = 0; second < 9; second++) {
    read(slow, 1)
    pass(1_000)
  }
  assert.equal(stalled.isCutOff, false)
  pass(1_000)
  assert.deepEqual(
    [stalled, slow, done].map(({ isCutOff }) => isCutOff),
    [true, false, false],
  )
  pass(100_000)
  assert.equal(done.isCutOff, false)
  assert.equal(slow.isCutOff, true)
})

test('D8 a connection that is gone gives its share back', context => {
  const { budget, comeFrom, write } = startBudget(context)
  const gone = comeFrom('a')
  write(gone, 390)
  budget.forgetReader(gone)
  const other = comeFrom('a')
  write(other, 390)
  assert.deepEqual([gone.isCutOff, other.isCutOff], [false, false])
})
