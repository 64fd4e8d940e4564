import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  areColorsAlike,
  colorDifference,
  type Lab,
  labColorOf,
} from '../../../../cli/terminal/color/color-difference.ts'
import { parseColor } from '../../../../cli/terminal/color/color-space.ts'

/** Of Table 1 of Sharma, Wu and Dalal (2005), whose pairs reach every branch of the formula. */
const PUBLISHED: readonly (readonly [Lab, Lab, number])[] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
  [[50, 2.8361, -74.02], [50, 0, -82.7485], 3.4412],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
  [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
  [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
  [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[50, 2.5, 0], [61, -5, 29], 22.8977],
  [[50, 2.5, 0], [56, -27, -3], 31.903],
  [[50, 2.5, 0], [58, 24, 15], 19.4535],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
  [[61.2901, 3.7196, -5.3901], [61.4292, 2.248, -4.962], 1.8731],
  [[35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
  [[36.4612, 47.858, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146],
  [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
  [[90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381],
  [[6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
]

test('the difference of two colours is what the publication of CIEDE2000 states, both ways', () => {
  for (const [one, other, difference] of PUBLISHED) {
    assert.equal(colorDifference(one, other).toFixed(4), difference.toFixed(4))
    assert.equal(colorDifference(other, one).toFixed(4), difference.toFixed(4))
  }
})

test('L*a*b* of white, black and red are the known ones', () => {
  const rounded = (color: string) => labColorOf(parseColor(color)).map(value => Math.round(value) + 0)
  assert.deepEqual(rounded('#FFFFFF'), [100, 0, 0])
  assert.deepEqual(rounded('#000000'), [0, 0, 0])
  assert.deepEqual(rounded('#FF0000'), [53, 80, 67])
})

test('two colours are alike under a difference of 10, however their lightnesses differ', () => {
  const channel = fc.integer({ min: 0, max: 255 })
  const color = fc.tuple(channel, channel, channel)
  const step = fc.integer({ min: -40, max: 40 })
  const near = fc
    .tuple(color, step, step, step)
    .map(([[red, green, blue], ...steps]) =>
      [red, green, blue].map((value, index) => Math.min(255, Math.max(0, value + (steps[index] ?? 0)))),
    )
  fc.assert(
    fc.property(near, color, ([red = 0, green = 0, blue = 0], given) => {
      const [one, other] = [labColorOf([red, green, blue]), labColorOf(given)]
      assert.equal(areColorsAlike(one, other), colorDifference(one, other) < 10)
    }),
    { numRuns: 20_000 },
  )
})
