import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { remember } from '../../../cli/ui/remember.ts'

test('answers as the function itself does, whatever is asked and how often', () => {
  const questions = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()))
  fc.assert(
    fc.property(questions, fc.integer({ min: 1, max: 10 }), (questions, limit) => {
      const square = (value: number, offset = 0) => value * value + offset
      const remembered = remember(square, limit)
      for (const [value, hasOffset] of questions) {
        if (hasOffset) assert.equal(remembered(value, 3), square(value, 3))
        else assert.equal(remembered(value), square(value))
      }
    }),
  )
})

test('calls the function once for repeated questions, and keeps at most twice its limit', () => {
  let asked = 0
  const remembered = remember((value: number) => {
    asked++
    return `${value}`
  }, 10)
  for (let round = 0; round < 5; round++) for (let value = 0; value < 10; value++) remembered(value)
  assert.equal(asked, 10)
  for (let value = 10; value < 31; value++) remembered(value)
  remembered(0)
  assert.equal(asked, 32)
})
