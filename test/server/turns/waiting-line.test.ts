import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type LinePlace, WaitingLine } from '../../../server/turns/waiting-line.ts'

test('a line keeps the order of those who have not left, wherever the others left from', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20))), steps => {
      const line = new WaitingLine<number>()
      let places: LinePlace<number>[] = []
      for (const [index, step] of steps.entries()) {
        const leaving = step === null ? undefined : places[step]
        if (leaving === undefined) {
          places.push(line.join(index))
        } else {
          line.leave(leaving)
          places = places.filter(place => place !== leaving)
        }
        assert.deepEqual([line.length, line.first?.item], [places.length, places[0]?.item])
      }
      for (const place of places) {
        assert.equal(line.first, place)
        line.leave(place)
      }
      assert.equal(line.length, 0)
    }),
  )
})
