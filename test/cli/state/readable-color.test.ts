import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrastOf, readableColor } from '../../../cli/state/readable-color.ts'

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map(value => `#${value.toString(16).padStart(6, '0').toUpperCase()}`)

test('contrast is what WCAG says it is', () => {
  assert.equal(contrastOf('#000000', '#FFFFFF'), 21)
  assert.ok(Math.abs(contrastOf('#777777', '#FFFFFF') - 4.48) < 0.01)
})

test('every colour can be read on every background', () => {
  fc.assert(
    fc.property(color, color, (text, ground) => contrastOf(readableColor(text, ground), ground) >= 4.5),
  )
})

test('a colour that can be read stays as it is, and a dark one becomes no lighter than it must', () => {
  assert.equal(readableColor('#12C6B8'), '#12C6B8')
  const lifted = readableColor('#1F3693')
  assert.notEqual(lifted, '#1F3693')
  assert.ok(contrastOf(lifted, '#000000') < 6)
})
