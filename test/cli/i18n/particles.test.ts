import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withKoreanParticle } from '../../../cli/i18n/particles.ko.ts'

test('a particle fits the last sound: of a syllable, a digit, or a letter of a colour', () => {
  const said = (particle: Parameters<typeof withKoreanParticle>[1], ...words: readonly string[]) =>
    words.map(word => withKoreanParticle(word, particle).slice(word.length))
  assert.deepEqual(said('이/가', '님', '나', '물'), ['이', '가', '이'])
  assert.deepEqual(said('을/를', '#12C6B8', '#12C6B2', '#12C6BE', '#AAAAA0', '#AAAAA1'), [
    '을',
    '를',
    '를',
    '을',
    '을',
  ])
  assert.deepEqual(said('은/는', 'R', 'C', 'M', 'F'), ['은', '는', '은', '는'])
  assert.deepEqual(said('으로/로', '집', '학교', '서울', '7', '3', 'L'), [
    '으로',
    '로',
    '로',
    '로',
    '으로',
    '로',
  ])
  assert.deepEqual(said('으로/로', '"부산"', '(서울)'), ['으로', '로'])
  assert.deepEqual(said('이/가', '🎉', '森'), ['이(가)', '이(가)'])
  assert.equal(withKoreanParticle('🎉', '으로/로'), '🎉(으)로')
})
