import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventGate } from '../../../cli/connection/event-gate.ts'

function gateFor(): { readonly gate: EventGate<string>; readonly passed: string[] } {
  const passed: string[] = []
  return { gate: new EventGate(event => passed.push(event)), passed }
}

test('an open gate passes events on at once; a closed one does when it opens, in order', () => {
  const { gate, passed } = gateFor()
  gate.receive('a')
  gate.close('b')
  gate.receive('c')
  assert.deepEqual([passed, gate.isOpen], [['a'], false])
  gate.open()
  gate.receive('d')
  assert.deepEqual([passed, gate.isOpen], [['a', 'b', 'c', 'd'], true])
})

test('a later closing drops the events that waited, and the earlier one can tell', () => {
  const { gate, passed } = gateFor()
  const isFirstLatest = gate.close()
  gate.receive('old')
  const isSecondLatest = gate.close()
  gate.receive('new')
  assert.deepEqual([isFirstLatest(), isSecondLatest()], [false, true])
  gate.open()
  assert.deepEqual(passed, ['new'])
})

test('an event that closes the gate while it opens keeps the rest waiting', () => {
  const passed: string[] = []
  const gate: EventGate<string> = new EventGate(event => {
    if (event === 'hole' && !passed.includes('filled')) gate.close(event)
    else passed.push(event)
  })
  gate.close()
  for (const event of ['a', 'hole', 'b']) gate.receive(event)
  gate.open()
  assert.deepEqual([passed, gate.isOpen], [['a'], false])
  passed.push('filled')
  gate.open()
  assert.deepEqual(passed, ['a', 'filled', 'hole', 'b'])
})
