import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFrameBeyondRequest } from '../../protocol/frame-shape.ts'
import { LIMITS } from '../../protocol/limits.ts'

const padded = (value: unknown) => JSON.stringify({ pad: ' '.repeat(300), value })
const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])

test('F2 a frame with too many values, or with values too deep in each other, is no request', () => {
  // The object around it is the first level.
  assert.ok(!isFrameBeyondRequest(padded(nested(LIMITS.requestDepth - 1))))
  assert.ok(isFrameBeyondRequest(padded(nested(LIMITS.requestDepth))))
  // The padding is a value too.
  assert.ok(!isFrameBeyondRequest(padded(Array(LIMITS.requestValues - 1).fill(0))))
  assert.ok(isFrameBeyondRequest(padded(Array(LIMITS.requestValues).fill(0))))
})

test('F2 what stands inside a text does not count, however it is written', () => {
  const text = fc.string({ unit: fc.constantFrom('[', '{', ',', '"', '\\', '}', 'a'), minLength: 300 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      assert.ok(!isFrameBeyondRequest(JSON.stringify({ [one]: other })))
      assert.ok(isFrameBeyondRequest(JSON.stringify({ [one]: nested(9), other })))
    }),
  )
})

test('F2 a text that never ends is left to the parser', () => {
  assert.ok(!isFrameBeyondRequest(`{"${'['.repeat(400)}`))
  assert.ok(!isFrameBeyondRequest(`{"${'\\"'.repeat(400)}`))
})
