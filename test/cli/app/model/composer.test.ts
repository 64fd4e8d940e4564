import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readComposerLine, slashCommandsFrom } from '../../../../cli/app/model/completion/slash-commands.ts'
import {
  type ComposerState,
  composerHasRoomForPaste,
  emptyComposer,
  pasteIntoComposer,
  pressInComposer,
} from '../../../../cli/app/model/composer.ts'

/** Types texts and presses keys (`<enter>`); collects what is sent. */
function write(
  composer: ComposerState,
  ...input: readonly string[]
): { composer: ComposerState; sent: string[] } {
  const sent: string[] = []
  let state = composer
  for (const part of input) {
    const name = /^<(.+)>$/.exec(part)?.[1]
    const key =
      name === undefined ? ({ type: 'text', text: part } as const) : ({ type: 'key', key: name } as const)
    const pressed = pressInComposer(state, key, 40)
    state = pressed.composer
    if (pressed.submitted !== undefined) sent.push(pressed.submitted)
  }
  return { composer: state, sent }
}

describe('the composer', () => {
  test('sends its text on Enter and is then empty; blank text is not sent', () => {
    const { composer, sent } = write(emptyComposer, 'hello', '<enter>', '   ', '<enter>')
    assert.deepEqual(sent, ['hello'])
    assert.equal(composer.editor.text, '')
  })

  test('starts a new line on Alt-Enter, Shift-Enter, Ctrl-J, and on Enter after a backslash', () => {
    for (const keys of [['<alt+enter>'], ['<shift+enter>'], ['<ctrl+j>'], ['\\', '<enter>']]) {
      assert.deepEqual(write(emptyComposer, 'a', ...keys, 'b', '<enter>').sent, ['a\nb'])
    }
  })

  test('recalls sent texts, and then the draft', () => {
    const { composer } = write(emptyComposer, 'one', '<enter>', 'two', '<enter>', 'draft', '<up>')
    assert.equal(composer.editor.text, 'two')
    assert.equal(write(composer, '<up>', '<up>').composer.editor.text, 'one')
    assert.equal(write(composer, '<up>', '<down>', '<down>').composer.editor.text, 'draft')
    assert.equal(write(composer, '<down>', '<down>', '<down>', '<up>').composer.editor.text, 'draft')
  })

  test('keeps edits to recalled texts, and keeps the draft when a recalled text is sent', () => {
    const { composer } = write(emptyComposer, 'one', '<enter>', 'two', '<enter>', 'draft', '<up>', '!')
    assert.equal(write(composer, '<up>', '<down>').composer.editor.text, 'two!')
    const sending = write(composer, '<enter>')
    assert.deepEqual(sending.sent, ['two!'])
    assert.equal(sending.composer.editor.text, 'draft')
  })

  test('sets a draft aside with Down, so that a command can be given first', () => {
    const { composer, sent } = write(emptyComposer, 'draft', '<down>', '/who', '<enter>')
    assert.deepEqual(sent, ['/who'])
    assert.equal(composer.editor.text, 'draft')
    assert.equal(write(emptyComposer, 'draft', '<down>', '<down>', '<up>').composer.editor.text, 'draft')
  })

  test('can yank what was cut before the last text was sent', () => {
    const { composer } = write(emptyComposer, 'cut me', '<ctrl+u>', 'hi', '<enter>', '<ctrl+y>')
    assert.equal(composer.editor.text, 'cut me')
  })

  test('takes either the whole paste or none of it', () => {
    assert.ok(composerHasRoomForPaste(emptyComposer, 'x'.repeat(20_000)))
    assert.ok(!composerHasRoomForPaste(emptyComposer, 'x'.repeat(20_001)))
  })

  test('moves between its own lines before it recalls sent texts', () => {
    const { composer } = write(emptyComposer, 'sent', '<enter>', 'a', '<alt+enter>', 'b', '<up>')
    assert.equal(composer.editor.text, 'a\nb')
    assert.equal(composer.editor.cursor, 1)
    assert.equal(write(composer, '<up>').composer.editor.text, 'sent')
  })

  test('turns all kinds of newlines in a paste into \\n', () => {
    assert.equal(pasteIntoComposer(emptyComposer, 'a\r\nb\rc\nd').editor.text, 'a\nb\nc\nd')
  })

  test('offers to post a GIF that is dropped on it, but only if it is empty', () => {
    assert.equal(pasteIntoComposer(emptyComposer, "'/tmp/my cat.gif' ").editor.text, "/gif '/tmp/my cat.gif'")
    const { composer } = write(emptyComposer, 'look: ')
    assert.equal(pasteIntoComposer(composer, '/tmp/cat.gif').editor.text, 'look: /tmp/cat.gif')
  })

  test('clears a command on Escape, but no other text; Ctrl-Y brings it back', () => {
    const { composer } = write(emptyComposer, '/gif ./long-path.gif', '<escape>')
    assert.equal(composer.editor.text, '')
    assert.equal(write(composer, '<ctrl+y>').composer.editor.text, '/gif ./long-path.gif')
    assert.equal(write(emptyComposer, 'hello', '<escape>').composer.editor.text, 'hello')
  })
})

describe('a line', () => {
  test('is a command after one slash and text after two; an unknown command is reported', () => {
    assert.deepEqual(readComposerLine('/gif ./my cat.gif'), {
      type: 'command',
      name: 'gif',
      typed: 'gif',
      argument: './my cat.gif',
    })
    assert.deepEqual(readComposerLine('/WHO '), { type: 'command', name: 'who', typed: 'who', argument: '' })
    assert.deepEqual(readComposerLine('/나가기'), {
      type: 'command',
      name: 'leave',
      typed: '나가기',
      argument: '',
    })
    assert.deepEqual(readComposerLine('//leave'), { type: 'say', text: '/leave' })
    assert.deepEqual(readComposerLine('/tmp/x is a path'), { type: 'say', text: '/tmp/x is a path' })
    assert.deepEqual(readComposerLine('/constructor'), { type: 'unknown', name: 'constructor' })
    assert.deepEqual(readComposerLine('and/or'), { type: 'say', text: 'and/or' })
  })

  test('that begins a command is matched with the command names in its own script', () => {
    const names = (typed: string) => slashCommandsFrom(typed, true).map(({ name }) => name)
    assert.ok(names('').includes('gif') && !names('').includes('지프'))
    assert.deepEqual(names('L'), ['leave'])
    assert.deepEqual(slashCommandsFrom('나', true), [{ command: 'leave', name: '나가기' }])
    assert.deepEqual(names('nothing'), [])
  })

  test('that begins a command is offered no command which does something only for a host', () => {
    for (const typed of ['sh', '공', 'det', '남'])
      assert.deepEqual(
        [slashCommandsFrom(typed, true).length, slashCommandsFrom(typed, false).length],
        [1, 0],
      )
  })
})
