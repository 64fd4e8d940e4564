import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DrawnPictureTracker } from '../../../../cli/terminal/draw/drawn-picture-tracker.ts'
import {
  PICTURE_SIDE,
  PLACEHOLDER,
  placeholderRow,
  readPlaceholder,
} from '../../../../cli/terminal/draw/placeholder.ts'

const CAT = { id: 0x123456, columns: 6 }

/** The spans on a screen of 20 × 5 after some writes, as `row:column+length picture row/column`. */
function seen(...writes: readonly string[]): readonly string[] {
  const screen = new DrawnPictureTracker(() => ({ columns: 20, rows: 5 }))
  for (const write of writes) screen.trackOutput(write, () => '')
  return [...screen.spans()].map(
    ([row, span]) => `${row}:${span.column}+${span.length} ${span.pictureRow}/${span.pictureColumn}`,
  )
}

describe('a placeholder row', () => {
  it('is one cell a column, with kitty marks for row and column and the id as colour', () => {
    const text = placeholderRow({ id: 0x010203, columns: 2 }, 1)
    assert.equal(text, `\x1b[38;2;1;2;3m${PLACEHOLDER}\u030d\u0305${PLACEHOLDER}\u030d\u030d\x1b[39m`)
  })

  it('numbers every row and column that a picture can have, in a way that no normalisation changes', () => {
    for (let row = 0; row < PICTURE_SIDE; row++) {
      const cells = placeholderRow({ id: 1, columns: PICTURE_SIDE }, row).split(PLACEHOLDER).slice(1)
      assert.equal(cells.length, PICTURE_SIDE)
      for (const [column, marks] of cells.entries()) assert.deepEqual(readPlaceholder(marks), { row, column })
    }
    const all = placeholderRow({ id: 1, columns: PICTURE_SIDE }, PICTURE_SIDE - 1)
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) assert.equal(all.normalize(form), all)
  })

  it('can be as high as the screen of a chat', () => {
    assert.ok(PICTURE_SIDE >= 64)
  })
})

describe('a picture screen', () => {
  it('replaces placeholders and leaves everything else as it is', () => {
    const screen = new DrawnPictureTracker(() => ({ columns: 20, rows: 5 }))
    const drawn = screen.trackOutput(
      `\x1b[1ma\x1b[0m${placeholderRow(CAT, 3)} 가\r\n`,
      span => `<${span.picture}:${span.length}>`,
    )
    assert.equal(drawn, `\x1b[1ma\x1b[0m\x1b[38;2;18;52;86m<${0x123456}:6>\x1b[39m 가\r\n`)
  })

  it('takes the ids out for a terminal that has fewer colours, and leaves other styles', () => {
    const screen = new DrawnPictureTracker(() => ({ columns: 20, rows: 5 }), false)
    const drawn = (output: string) => screen.trackOutput(output, span => `<${span.picture}>`)
    assert.equal(drawn(`\x1b[1m${placeholderRow(CAT, 3)}\x1b[m`), `\x1b[1m<${0x123456}>\x1b[39m\x1b[m`)
    assert.equal(
      drawn('\x1b[38;2;1;2;3;1ma\x1b[1;38;2;1;2;3mb\x1b[38;5;2mc'),
      '\x1b[1ma\x1b[1mb\x1b[38;5;2mc',
    )
  })

  it('finds a picture after wide text, styles and moves', () => {
    assert.deepEqual(seen(`가나 ${placeholderRow(CAT, 0)}`), ['0:5+6 0/0'])
    assert.deepEqual(seen(`\x1b[1;44m \x1b]8;;x\x07y${placeholderRow(CAT, 2)}`), ['0:2+6 2/0'])
    assert.deepEqual(seen(`\x1b[3;5H${placeholderRow(CAT, 0)}`), ['2:4+6 0/0'])
    assert.deepEqual(seen(`\n\n\n\x1b[2A\x1b[7G${placeholderRow(CAT, 0)}`), ['1:6+6 0/0'])
    assert.deepEqual(seen(`abc\x1b[2C${placeholderRow(CAT, 0)}`), ['0:5+6 0/0'])
    assert.deepEqual(seen(`abc\x1b[2D${placeholderRow(CAT, 0)}`), ['0:1+6 0/0'])
    assert.deepEqual(seen(`abc\x1b[2E${placeholderRow(CAT, 0)}\x1b[1F${placeholderRow(CAT, 1)}`), [
      '1:0+6 1/0',
      '2:0+6 0/0',
    ])
    assert.deepEqual(seen(`abc\x1b[9B\r${placeholderRow(CAT, 0)}`), ['4:0+6 0/0'])
  })

  it('finds the rest of a picture where Ink writes only the end of a row', () => {
    const [, colour = '', rest = ''] =
      /^(\x1b\[.*?m)(?:.\p{M}\p{M}){2}(.*)$/su.exec(placeholderRow(CAT, 1)) ?? []
    assert.deepEqual(seen(`${placeholderRow(CAT, 1)} x\r`, `\x1b[3G\x1b[K${colour}${rest}`), [
      '0:0+2 1/0',
      '0:2+4 1/2',
    ])
  })

  it('scrolls when a line break comes at the bottom', () => {
    assert.deepEqual(seen(`\n${placeholderRow(CAT, 0)}\n${placeholderRow(CAT, 1)}`, '\n\n', '\n'), [
      '0:0+6 0/0',
      '1:0+6 1/0',
    ])
    assert.deepEqual(seen(`${placeholderRow(CAT, 0)}\n${placeholderRow(CAT, 1)}`, '\n\n\n\n'), ['0:0+6 1/0'])
  })

  it('forgets what is erased', () => {
    const row = placeholderRow(CAT, 0)
    assert.deepEqual(seen(`${row}\r\x1b[K`), [])
    assert.deepEqual(seen(`${row}\x1b[4G\x1b[K`), ['0:0+3 0/0'])
    assert.deepEqual(seen(`${row}\x1b[4G\x1b[1K`), ['0:4+2 0/4'])
    assert.deepEqual(seen(`${row}\x1b[2K`), [])
    assert.deepEqual(seen(`${row}\n${row}\n${row}\x1b[2;4H\x1b[J`), ['0:0+6 0/0', '1:0+3 0/0'])
    assert.deepEqual(seen(`${row}\n${row}\n${row}\x1b[2;4H\x1b[1J`), ['1:4+2 0/4', '2:0+6 0/0'])
    assert.deepEqual(seen(`${row}\n${row}\x1b[2J`), [])
    assert.deepEqual(seen(`${row}\x1b[?1049l`), [])
  })

  it('forgets what is written over', () => {
    const row = placeholderRow(CAT, 0)
    assert.deepEqual(seen(`${row}\x1b[3Gxy`), ['0:0+2 0/0', '0:4+2 0/4'])
    assert.deepEqual(seen(`${row}\r가`), ['0:2+4 0/2'])
    assert.deepEqual(seen(`${row}\r${placeholderRow(CAT, 1)}`), ['0:0+6 1/0'])
  })

  it('remembers the background behind a picture', () => {
    const screen = new DrawnPictureTracker(() => ({ columns: 20, rows: 5 }))
    const backgrounds: string[] = []
    for (const style of [
      '',
      '\x1b[44m',
      '\x1b[48;5;17m',
      '\x1b[1;48;2;1;2;3;4m',
      '\x1b[49m',
      '\x1b[103m',
      '\x1b[0m',
    ]) {
      screen.trackOutput(`${style}${placeholderRow(CAT, 0)}`, span => {
        backgrounds.push(span.background)
        return ''
      })
    }
    assert.deepEqual(backgrounds, ['49', '44', '48;5;17', '48;2;1;2;3', '49', '103', '49'])
  })

  it('lists no cells beyond the screen', () => {
    let size = { columns: 20, rows: 5 }
    const screen = new DrawnPictureTracker(() => size)
    screen.trackOutput(`${placeholderRow(CAT, 0)}\r\n${placeholderRow(CAT, 1)}`, () => '')
    size = { columns: 4, rows: 1 }
    assert.deepEqual(
      [...screen.spans()].map(([row, { length }]) => [row, length]),
      [[0, 4]],
    )
  })

  it('ignores a placeholder without a colour', () => {
    assert.deepEqual(
      seen(`${PLACEHOLDER}\u0305\u0305`, `\x1b[31m${PLACEHOLDER}\u0305\u0305`, PLACEHOLDER),
      [],
    )
  })
})
