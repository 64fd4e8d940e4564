import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrastOf, oklabOf, parseColor } from '../../../../cli/terminal/color/color-space.ts'
import { readableColor } from '../../../../cli/terminal/color/readable-color.ts'

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map(value => `#${value.toString(16).padStart(6, '0').toUpperCase()}`)

test('contrast is what WCAG defines', () => {
  assert.equal(contrastOf('#000000', '#FFFFFF'), 21)
  assert.ok(Math.abs(contrastOf('#777777', '#FFFFFF') - 4.48) < 0.01)
})

test('every colour becomes readable on every background', () => {
  fc.assert(
    fc.property(color, color, (text, ground) => contrastOf(readableColor(text, ground), ground) >= 4.5),
  )
})

test('a readable colour is unchanged; another keeps its hue and changes no more than needed', () => {
  assert.equal(readableColor('#12C6B8', '#000000'), '#12C6B8')
  for (const [text, ground] of [
    ['#1F3693', '#000000'],
    ['#7A1F93', '#1C1C1C'],
    ['#12C6B8', '#FFFFFF'],
    ['#E0C96C', '#F2F2F2'],
  ] as const) {
    const moved = readableColor(text, ground)
    assert.ok(contrastOf(moved, ground) < 4.6, moved)
    const [, a, b] = oklabOf(parseColor(text))
    const [, movedA, movedB] = oklabOf(parseColor(moved))
    assert.ok(Math.abs(Math.atan2(b, a) - Math.atan2(movedB, movedA)) < 0.03, moved)
  }
})
