import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMOJI_KIND_NAMES } from '../../../cli/terminal/ask/emoji-kinds.ts'
import { drawableText } from '../../../cli/text/drawable-text.ts'
import { screenWidthOf } from '../../../cli/text/screen-width.ts'
import { mixedText } from '../../support/mixed-text.ts'

const EVERYTHING = 'a👍🏽b❤️c👩‍🚀d🇰🇷e1️⃣f🏳️‍🌈g👩🏽‍🚀h✌🏽i'

test('a terminal that draws all emoji correctly gets the text unchanged', () => {
  assert.equal(drawableText([])(EVERYTHING), EVERYTHING)
})

test('emoji that a terminal draws wrong are simplified, and the others stay', () => {
  assert.equal(drawableText(['tone'])(EVERYTHING), 'a👍b❤️c👩‍🚀d🇰🇷e1️⃣f🏳️‍🌈g👩‍🚀h✌ i')
  assert.equal(drawableText(['variant'])(EVERYTHING), 'a👍🏽b❤ c👩‍🚀d🇰🇷e1 f🏳 g👩🏽‍🚀h✌🏽i')
  assert.equal(drawableText(['joined'])(EVERYTHING), 'a👍🏽b❤️c👩d🇰🇷e1️⃣f🏳️g👩🏽h✌🏽i')
  assert.equal(drawableText(['flag'])(EVERYTHING), 'a👍🏽b❤️c👩‍🚀dKRe1️⃣f🏳️‍🌈g👩🏽‍🚀h✌🏽i')
  assert.equal(drawableText(['tone'])('🏽'), '🏽')
})

test('no text becomes wider or narrower', () => {
  fc.assert(
    fc.property(mixedText, fc.subarray([...EMOJI_KIND_NAMES]), (text, misdrawn) => {
      for (const line of text.split('\n'))
        assert.equal(screenWidthOf(drawableText(misdrawn)(line)), screenWidthOf(line))
    }),
  )
})
