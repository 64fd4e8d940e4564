import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireFrameOfLine } from '../../../cli/commands/wire-frame.ts'

/** The frame that a line stands for, as a value. */
function typed(line: string): unknown {
  const frame = wireFrameOfLine(line, () => '7')
  return frame === undefined ? undefined : JSON.parse(frame)
}

test('a type with fields becomes an object, and a missing id is filled in', () => {
  assert.deepEqual(typed('room.list'), { type: 'room.list', id: '7' })
  assert.deepEqual(typed('  chat.join room=k3mw9x2a  sinceSeq=12 '), {
    type: 'chat.join',
    id: '7',
    room: 'k3mw9x2a',
    sinceSeq: 12,
  })
  assert.deepEqual(typed('room.list id="mine"'), { type: 'room.list', id: 'mine' })
})

test('a value is read as JSON if it is JSON, else as a text; quotes keep spaces and digits', () => {
  assert.deepEqual(typed(String.raw`x a="two \"words\"" b="12" c=true d=null e=[1,2] f=so=so g=`), {
    type: 'x',
    id: '7',
    a: 'two "words"',
    b: '12',
    c: true,
    d: null,
    e: [1, 2],
    f: 'so=so',
    g: '',
  })
})

test('each message that is sent has an id of its own, unless one is typed', () => {
  const ids = [1, 2].map(
    () => (typed('chat.send room=r text=hi') as { clientMessageId: string }).clientMessageId,
  )
  assert.equal(new Set(ids).size, 2)
  assert.deepEqual(typed('chat.send clientMessageId=m'), { type: 'chat.send', id: '7', clientMessageId: 'm' })
})

test('a line that does not begin with a letter is sent as it is; one that makes no sense is not sent', () => {
  for (const frame of ['{"type":"room.list","id":"1"}', '{', '[1]', '"text"'])
    assert.equal(
      wireFrameOfLine(` ${frame} `, () => '7'),
      frame,
    )
  for (const line of ['chat.send text=hello there', 'hello world', 'x a="open'])
    assert.equal(typed(line), undefined, line)
})
