import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrapText } from '../../../cli/text/wrap-text.ts'

test('a row may end after each Han, Hiragana or Katakana character, even if a space came before', () => {
  assert.deepEqual(wrapText('ab 漢字漢字', 7), ['ab 漢字', '漢字'])
  assert.deepEqual(wrapText('ab ひらがな', 7), ['ab ひら', 'がな'])
  assert.deepEqual(wrapText('ab カタカナ', 7), ['ab カタ', 'カナ'])
})

test('a word after such a character moves to the next row as a whole', () => {
  for (const character of ['漢', 'ひ', 'カ']) {
    assert.deepEqual(wrapText(`${character}${character}word`, 6), [`${character}${character}`, 'word'])
  }
})

test('Hangul breaks only at spaces if each word fits into a row', () => {
  assert.deepEqual(wrapText('ab 한글한글', 8), ['ab', '한글한글'])
  assert.deepEqual(wrapText('한글word', 6), ['한글wo', 'rd'], 'a word without a space breaks where it must')
})
