import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerEventGate } from '../../../cli/connection/server-event-gate.ts'

function gateFor(): { readonly gate: ServerEventGate<string>; readonly passed: string[] } {
  const passed: string[] = []
  return { gate: new ServerEventGate(event => passed.push(event), assert.fail), passed }
}

test('an open gate passes events on at once; a closed one does when it opens, in order', () => {
  const { gate, passed } = gateFor()
  gate.receiveEvent('a')
  gate.closeGate('b')
  gate.receiveEvent('c')
  assert.deepEqual([passed, gate.isOpen], [['a'], false])
  gate.openGate()
  gate.receiveEvent('d')
  assert.deepEqual([passed, gate.isOpen], [['a', 'b', 'c', 'd'], true])
})

test('a later closing drops the events that waited, and the earlier one can tell', () => {
  const { gate, passed } = gateFor()
  const isFirstLatest = gate.closeGate()
  gate.receiveEvent('old')
  const isSecondLatest = gate.closeGate()
  gate.receiveEvent('new')
  assert.deepEqual([isFirstLatest(), isSecondLatest()], [false, true])
  gate.openGate()
  assert.deepEqual(passed, ['new'])
})

test('an event that closes the gate while it opens keeps the rest waiting', () => {
  const passed: string[] = []
  const gate: ServerEventGate<string> = new ServerEventGate(event => {
    if (event === 'hole' && !passed.includes('filled')) gate.closeGate(event)
    else passed.push(event)
  }, assert.fail)
  gate.closeGate()
  for (const event of ['a', 'hole', 'b']) gate.receiveEvent(event)
  gate.openGate()
  assert.deepEqual([passed, gate.isOpen], [['a'], false])
  passed.push('filled')
  gate.openGate()
  assert.deepEqual(passed, ['a', 'filled', 'hole', 'b'])
})

test('a gate that waits for long keeps only so many events', () => {
  let overflows = 0
  const passed: number[] = []
  const gate: ServerEventGate<number> = new ServerEventGate(
    event => passed.push(event),
    () => {
      overflows += 1
    },
  )
  gate.closeGate()
  for (let event = 0; event < 10_010; event++) gate.receiveEvent(event)
  gate.openGate()
  assert.deepEqual([overflows, passed.length], [10, 10_000])
})
