import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type EditorAction,
  type EditorCommand,
  type EditorState,
  editText,
  emptyEditor,
} from '../../../../cli/text/editor/editor.ts'
import { layoutEditor, moveCursorVertically } from '../../../../cli/text/editor/editor-layout.ts'
import { boundariesOf, screenWidthOf } from '../../../../cli/text/screen-width.ts'
import { wrapText } from '../../../../cli/text/wrap-text.ts'
import { mixedText } from '../../../support/mixed-text.ts'

const FAMILY = '👨‍👩‍👧‍👦'
const typed = (text: string): EditorState => editText(emptyEditor, { type: 'insert', text })
const run = (state: EditorState, ...commands: readonly EditorCommand[]): EditorState =>
  commands.reduce((next, type) => editText(next, { type }), state)
/** The text with `|` at the cursor. */
const shown = ({ text, cursor }: EditorState): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`

describe('the editor', () => {
  test('takes a whole character at a time: a family, a flag, a syllable, a letter with its mark', () => {
    const state = typed(`a${FAMILY}🇰🇷한e\u0301👋🏽`)
    assert.equal(shown(run(state, 'deleteBack')), `a${FAMILY}🇰🇷한é|`)
    assert.equal(shown(run(state, 'deleteBack', 'deleteBack', 'deleteBack', 'deleteBack')), `a${FAMILY}|`)
    assert.equal(shown(run(typed(FAMILY), 'left', 'deleteForward')), '|')
  })

  test('composes what is typed in parts: a letter and its accent, jamo after jamo', () => {
    assert.equal(editText(typed('e'), { type: 'insert', text: '\u0301' }).text, 'é')
    const syllable = ['\u1112', '\u1161', '\u11ab'].reduce(
      (state, text) => editText(state, { type: 'insert', text }),
      emptyEditor,
    )
    assert.equal(shown(syllable), '한|')
  })

  test('moves and kills by words and lines', () => {
    const state = typed('one two\nthree four')
    assert.equal(shown(run(state, 'wordLeft')), 'one two\nthree |four')
    assert.equal(shown(run(state, 'lineStart')), 'one two\n|three four')
    assert.equal(shown(run(state, 'lineStart', 'left', 'lineStart')), '|one two\nthree four')
    assert.equal(shown(run(state, 'killWordBack', 'killWordBack')), 'one two\n|')
    assert.equal(shown(run(state, 'textStart')), '|one two\nthree four')
    assert.equal(shown(run(typed('see ~/a-b/c.gif'), 'killWordBack')), 'see ~/a-b/|')
    assert.equal(shown(run(typed('see ~/a-b/c.gif'), 'killToSpace')), 'see |')
    assert.equal(shown(run(typed('日本語の文章'), 'wordLeft')), '日本語の|文章')
    assert.equal(shown(run(typed(`hi ${FAMILY}${FAMILY}`), 'killWordBack')), `hi ${FAMILY}|`)
    assert.equal(shown(run(state, 'lineStart', 'killToLineEnd')), 'one two\n|')
    assert.equal(shown(run(state, 'lineStart', 'left', 'killToLineEnd')), 'one two|three four')
    assert.equal(shown(run(state, 'killToLineStart', 'yank', 'yank')), 'one two\nthree fourthree four|')
    assert.equal(shown(run(state, 'lineStart', 'killWordForward', 'wordRight')), 'one two\n four|')
  })

  test('undoes the letters of a word at once, and each other change separately', () => {
    const letters = [...'hello'].reduce(
      (state, text) => editText(state, { type: 'insert', text }),
      emptyEditor,
    )
    assert.equal(shown(run(letters, 'undo')), '|')
    const spaced = [...'hi you'].reduce(
      (state, text) => editText(state, { type: 'insert', text }),
      emptyEditor,
    )
    assert.equal(shown(run(spaced, 'undo')), 'hi |')
    assert.equal(shown(run(letters, 'killWordBack', 'undo')), 'hello|')
    assert.equal(shown(run(emptyEditor, 'undo')), '|')
  })

  test('redoes what was undone, until another change is made', () => {
    const state = run(typed('one two'), 'killWordBack', 'killWordBack')
    assert.equal(shown(run(state, 'undo', 'undo', 'redo')), 'one |')
    assert.equal(shown(run(state, 'undo', 'undo', 'redo', 'redo', 'redo')), '|')
    const other = editText(run(state, 'undo'), { type: 'insert', text: 'x' })
    assert.equal(shown(run(other, 'redo')), 'one x|')
  })

  test('yanks what was cut: consecutive cuts as one, then older ones', () => {
    const state = run(typed('one two three'), 'killWordBack', 'killWordBack')
    assert.equal(shown(run(state, 'yank')), 'one two three|')
    const again = run(state, 'lineStart', 'killToLineEnd')
    assert.equal(shown(run(again, 'yank')), 'one |')
    assert.equal(shown(run(again, 'yank', 'yankOlder')), 'two three|')
    assert.equal(shown(run(again, 'yank', 'yankOlder', 'yankOlder')), 'one |')
    assert.equal(shown(run(again, 'yankOlder')), '|')
  })

  test('never deletes half a character, whatever is typed and pressed', () => {
    const commands: readonly EditorCommand[] = [
      ...([
        'left',
        'right',
        'wordLeft',
        'wordRight',
        'lineStart',
        'lineEnd',
        'deleteBack',
        'deleteForward',
      ] as const),
      ...(['killWordBack', 'killWordForward', 'killToLineStart', 'killToLineEnd', 'killToSpace'] as const),
      ...(['yank', 'yankOlder', 'undo', 'redo', 'textStart', 'textEnd'] as const),
    ]
    const action = fc.oneof(
      fc.constantFrom(...commands).map((type): EditorAction => ({ type })),
      mixedText.map((text): EditorAction => ({ type: 'insert', text })),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), actions => {
        const state = actions.reduce(editText, emptyEditor)
        assert.ok(state.text.isWellFormed())
        assert.equal(state.text, state.text.normalize('NFC'))
        assert.ok(boundariesOf(state.text).includes(state.cursor), shown(state))
      }),
      { numRuns: 200 },
    )
  })

  test('takes a paste of 4,000 characters, and at most the length of ten messages', () => {
    assert.equal(typed('한'.repeat(4_000)).text.length, 4_000)
    assert.equal(typed('x'.repeat(1e6)).text.length, 20_000)
  })
})

describe("the editor's rows", () => {
  test('break between characters, and the cursor has a cell of its own', () => {
    const { rows, x, y } = layoutEditor(typed('한글한글한'), 9)
    assert.deepEqual(
      rows.map(row => row.text),
      ['한글한글', '한'],
    )
    assert.deepEqual({ x, y }, { x: 2, y: 1 })
    assert.deepEqual(layoutEditor(typed('12345678'), 9).x, 8)
  })

  test('break at words, as messages do; the space behind a word takes no room from it', () => {
    const rowsOf = (text: string, columns: number) =>
      layoutEditor(typed(text), columns).rows.map(row => row.text)
    for (const text of [
      'one two three',
      '안녕하세요 반갑습니다',
      '漢字 漢字漢字',
      'see 🎉🎉 here',
      'a\n\nb',
      'thereis nospace',
    ])
      for (const columns of [8, 10, 15])
        assert.deepEqual(
          rowsOf(text, columns).map(row => row.trimEnd()),
          wrapText(text, columns - 1),
          `${text} in ${columns}`,
        )
    assert.deepEqual(rowsOf('1234567 1234567', 8), ['1234567', '1234567'])
    assert.deepEqual(rowsOf('one twothreefour', 8), ['one ', 'twothre', 'efour'])
  })

  test('put the cursor where the next word begins once a row is full', () => {
    const at = (text: string) => {
      const { x, y } = layoutEditor(typed(text), 8)
      return [x, y]
    }
    assert.deepEqual(at('1234567'), [7, 0])
    assert.deepEqual(at('1234567 '), [0, 1])
    assert.deepEqual(at('1234567  '), [1, 1])
    assert.deepEqual(at('한글한 '), [7, 0])
    assert.deepEqual(at('12 한글한'), [6, 1])
    const up = moveCursorVertically(typed('1234567 12'), -1, 8)
    assert.equal(up && shown(up), '12|34567 12')
  })

  test('let the cursor move up and down in the same column, also over wide characters', () => {
    const state = typed('abcdef\n한글\nxyz')
    const up = moveCursorVertically(state, -1, 40)
    assert.equal(up && shown(up), 'abcdef\n한|글\nxyz')
    const top = up && moveCursorVertically(up, -1, 40)
    assert.equal(top && shown(top), 'abc|def\n한글\nxyz')
    assert.equal(top && moveCursorVertically(top, -1, 40), undefined)
  })

  test('keep the column of a cursor that moves through a shorter row', () => {
    const walked = [-1, -1].reduce<EditorState>(
      (state, direction) => moveCursorVertically(state, direction < 0 ? -1 : 1, 40) ?? state,
      typed('abcdef\n\nxyz1'),
    )
    assert.equal(shown(walked), 'abcd|ef\n\nxyz1')
  })

  test('hold all of any text, are never too wide, and put the cursor where its text ends', () => {
    fc.assert(
      fc.property(mixedText, fc.integer({ min: 4, max: 30 }), fc.nat(), (text, columns, place) => {
        const boundaries = boundariesOf(text.normalize('NFC'))
        const cursor = boundaries[place % boundaries.length] ?? 0
        const { rows, x, y } = layoutEditor({ ...typed(text), cursor }, columns)
        const source = typed(text).text
        for (const row of rows)
          assert.ok(screenWidthOf(row.text) < columns, `"${row.text}" is wider than ${columns - 1}`)
        assert.equal(rows.map(row => source.slice(row.start, row.end)).join(''), source.replaceAll('\n', ''))
        const row = rows[y]
        assert.ok(row !== undefined && row.start <= cursor && cursor <= row.end)
        assert.ok(x < columns)
      }),
      { numRuns: 200 },
    )
  })
})
