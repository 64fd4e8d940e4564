import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WIDEST_COMMENT, wideCommentLines } from '../../scripts/comment-lines.ts'

const linesOf = (source: string) => wideCommentLines(source).map(({ line }) => line)
const padded = (text: string, columns: number) => text.padEnd(columns, 'x')

test('a comment may have 100 columns and no more, on a line of its own, in a block or beside code', () => {
  for (const start of ['// ', '  // ', '/** ', 'const a = 1 // ']) {
    assert.deepEqual(linesOf(padded(start, WIDEST_COMMENT)), [], start)
    assert.deepEqual(linesOf(padded(start, WIDEST_COMMENT + 1)), [1], start)
  }
  assert.deepEqual(linesOf(`/**\n${padded(' * ', 101)}\n${padded('without a star ', 101)}\n */`), [2, 3])
})

test('code may be wider, also after a block and with two slashes in quotes', () => {
  const code = padded('call(', 120)
  assert.deepEqual(linesOf(`/* one line */\n${code}\n/**\n * two\n */\n${code}`), [])
  assert.deepEqual(linesOf(`const address = 'a // b ${'x'.repeat(100)}'`), [])
})

test('a column is what a terminal shows: a Hangul syllable takes two', () => {
  assert.deepEqual(linesOf(`// ${'한'.repeat(48)}`), [])
  assert.deepEqual(linesOf(`// ${'한'.repeat(49)}`), [1])
})
