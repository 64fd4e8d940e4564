import '../../../cli/ui/force-color.ts'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { backgroundColorOf } from '../../../cli/terminal/color/background.ts'
import {
  colorDistanceOf,
  contrastOf,
  formatColor,
  oklabOf,
  parseColor,
  rgbOfOklab,
} from '../../../cli/terminal/color/color-space.ts'
import { nearestPaletteColor } from '../../../cli/terminal/color/palette.ts'
import { createTheme } from '../../../cli/ui/theme.ts'

const on = (background: string, depth: 'truecolor' | '256' | '16', hasColor = true) =>
  createTheme({ colors: { background, depth }, hasColor })

const TEAL = '#12C6B8'

describe('the theme', () => {
  test('shows an identity in its own colour on a swatch, and in a readable one as text', () => {
    const theme = on('#FFFFFF', 'truecolor')
    assert.deepEqual(theme({ text: '■', color: TEAL, isSwatch: true }), { color: TEAL })
    const { color = '' } = theme({ text: 'hello', color: TEAL })
    assert.notEqual(color, TEAL)
    assert.ok(contrastOf(String(color), '#FFFFFF') >= 4.5)
    assert.deepEqual(on('#000000', 'truecolor')({ text: 'hello', color: TEAL }), { color: TEAL })
  })

  test('gives each tone a look that is readable on a dark and on a light background', () => {
    for (const background of ['#000000', '#FFFFFF', '#002B36', '#FDF6E3']) {
      for (const tone of ['warning', 'accent'] as const) {
        const { color } = on(background, 'truecolor')({ text: 'x', tone })
        assert.ok(contrastOf(String(color), background) >= 4.5, `${tone} on ${background}`)
      }
    }
  })

  test('takes the nearest readable colour where there are few', () => {
    assert.deepEqual(on('#000000', '256')({ text: 'x', color: TEAL }), { color: 'ansi256(43)' })
    assert.deepEqual(on('#000000', '16')({ text: 'x', color: TEAL }), { color: 'cyan' })
    // Cyan is not readable on white, so text gets a darker colour than the swatch.
    assert.notDeepEqual(on('#FFFFFF', '16')({ text: 'x', color: TEAL }), { color: 'cyan' })
    assert.deepEqual(on('#FFFFFF', '16')({ text: '■', color: TEAL, isSwatch: true }), { color: 'cyan' })
  })

  test('uses only weight where there are no colours', () => {
    const theme = on('#000000', 'truecolor', false)
    assert.deepEqual(theme({ text: 'x', color: TEAL, tone: 'strong' }), { bold: true })
    assert.deepEqual(theme({ text: 'x', tone: 'warning' }), {})
  })
})

test('a colour converted to Oklab and back is unchanged', () => {
  for (const color of ['#000000', '#FFFFFF', '#FF0000', '#00FF00', '#0000FF', TEAL, '#010203']) {
    assert.equal(formatColor(rgbOfOklab(oklabOf(parseColor(color)))), color)
  }
})

test('the nearest colour of a palette is the one that looks nearest', () => {
  const wanted = parseColor('#6C5CE7')
  const nearest = nearestPaletteColor(wanted, '256')
  const away = (color: string) => colorDistanceOf(oklabOf(wanted), oklabOf(parseColor(color)))
  const other = nearestPaletteColor(wanted, '256', color => color !== nearest?.color)
  assert.ok(away(nearest?.color ?? '') <= away(other?.color ?? ''))
  assert.equal(
    nearestPaletteColor(wanted, '16', () => false),
    undefined,
  )
})

test('the background is what the terminal answers, or else COLORFGBG, or else dark; a choice overrides', () => {
  const of = (chosen: 'auto' | 'dark' | 'light', reported?: string, COLORFGBG?: string) =>
    backgroundColorOf({ chosen, reported, environment: { COLORFGBG } })
  assert.equal(of('auto', '#FDF6E3', '15;0'), '#FDF6E3')
  assert.equal(of('auto', undefined, '0;15'), '#F2F2F2')
  assert.equal(of('auto', undefined, '15;default;0'), '#1C1C1C')
  assert.equal(of('auto'), '#1C1C1C')
  assert.equal(of('light', '#002B36'), '#F2F2F2')
  assert.equal(of('dark', '#002B36'), '#002B36')
})
