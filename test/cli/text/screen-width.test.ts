import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  fitToColumns,
  graphemesOf,
  screenWidthOf,
  truncateToColumns,
} from '../../../cli/text/screen-width.ts'
import { wrapText } from '../../../cli/text/wrap-text.ts'
import { mixedText } from '../../support/mixed-text.ts'
import { TerminalScreen } from '../../support/terminal-screen.ts'

const shownOf = (line: string): string =>
  graphemesOf(line)
    .map(grapheme => grapheme.text)
    .join('')

test('a line is as wide as a terminal shows it', async () => {
  await fc.assert(
    fc.asyncProperty(mixedText, async text => {
      for (const line of text.split('\n')) {
        const screen = new TerminalScreen(400, 2)
        await screen.write(shownOf(line))
        assert.equal(screen.cursor.x, screenWidthOf(line), JSON.stringify(line))
      }
    }),
    { numRuns: 100 },
  )
})

test('a combining mark without a base gets a space', () => {
  assert.equal(shownOf('\u0301a'), ' \u0301a')
  assert.equal(screenWidthOf('\u0301a'), 2)
})

test('an invisible character takes no cell', () => {
  assert.equal(screenWidthOf('a\u200b\u00adb'), 2)
  assert.equal(shownOf('a\u200bb'), 'ab')
})

test('cut text ends in … and fits, even if a wide character would cross the edge', () => {
  assert.equal(truncateToColumns('한글한글', 6), '한글…')
  assert.equal(truncateToColumns('한글한글', 7), '한글한…')
  assert.equal(truncateToColumns('abc', 3), 'abc')
  assert.equal(fitToColumns('한글한글', 6), '한글… ')
  fc.assert(
    fc.property(mixedText, fc.integer({ min: 1, max: 20 }), (text, columns) => {
      const [line = ''] = text.split('\n')
      assert.equal(screenWidthOf(fitToColumns(line, columns)), columns)
    }),
  )
})

test('text wraps at spaces, Hangul too; Han and kana wrap anywhere; a long word is split', () => {
  assert.deepEqual(wrapText('one two three', 8), ['one two', 'three'])
  assert.deepEqual(wrapText('안녕하세요 반갑습니다', 14), ['안녕하세요', '반갑습니다'])
  assert.deepEqual(wrapText('漢字漢字', 5), ['漢字', '漢字'])
  assert.deepEqual(wrapText('abcdefgh', 3), ['abc', 'def', 'gh'])
  assert.deepEqual(wrapText('a\n\nb', 10), ['a', '', 'b'])
  assert.deepEqual(wrapText(' aa다a日', 6), ['', 'aa다a', '日'])
})

test('no wrapped row is too wide, and only spaces are lost', () => {
  const bare = (text: string) => shownOf(text).replace(/\s/g, '')
  fc.assert(
    fc.property(mixedText, fc.integer({ min: 2, max: 40 }), (text, columns) => {
      const rows = wrapText(text, columns)
      for (const row of rows) assert.ok(screenWidthOf(row) <= columns, `"${row}" in ${columns}`)
      assert.equal(rows.map(bare).join(''), text.split('\n').map(bare).join(''))
    }),
    { numRuns: 300 },
  )
})
