import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitText } from '../../../cli/text/split-text.ts'
import { codePointLength } from '../../../protocol/limits.ts'

test('a long text is split after a line, or a word, or between two characters', () => {
  assert.deepEqual(splitText('short', 10), ['short'])
  assert.deepEqual(splitText('first line\nsecond line', 14), ['first line', 'second line'])
  assert.deepEqual(splitText('one two three four', 9), ['one two', 'three', 'four'])
  assert.deepEqual(splitText('x'.repeat(25), 10), ['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)])
  const family = '👩‍👩‍👧'
  assert.deepEqual(splitText(`${'x'.repeat(8)}${family}`, 10), ['x'.repeat(8), family])
  assert.deepEqual(splitText('all:\n\tcc main.c\n', 12), ['all:', '\tcc main.c\n'])
})

test('no part is too long or blank, and together they are the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', ' ', '\n', '\t', '한', '🎉', 'é'), { maxLength: 200 }),
      fc.integer({ min: 4, max: 40 }),
      (letters, limit) => {
        const text = letters.join('')
        const parts = splitText(text, limit)
        for (const part of parts) {
          assert.ok(codePointLength(part) <= limit, JSON.stringify(part))
          assert.notEqual(part.trim(), '')
        }
        assert.equal(parts.join('').replace(/\s/g, ''), text.replace(/\s/g, ''))
      },
    ),
  )
})
