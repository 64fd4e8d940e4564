import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysOf, type RawKey } from '../../../../cli/text/editor/key-press.ts'

const NO_KEY: RawKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
}

const text = (value: string) => ({ type: 'text', text: value })
const key = (name: string) => ({ type: 'key', key: name })

test('one read that holds several keys is split into them', () => {
  assert.deepEqual(keysOf('hello\r', NO_KEY), [text('hello'), key('enter')])
  assert.deepEqual(keysOf('\x01x\x7f', NO_KEY), [key('ctrl+a'), text('x'), key('backspace')])
  assert.deepEqual(keysOf('a\nb', NO_KEY), [text('a'), key('ctrl+j'), text('b')])
})

test('keys carry their modifiers', () => {
  assert.deepEqual(keysOf('', { ...NO_KEY, return: true, meta: true }), [key('alt+enter')])
  assert.deepEqual(keysOf('', { ...NO_KEY, tab: true, shift: true }), [key('shift+tab')])
  assert.deepEqual(keysOf('a', { ...NO_KEY, ctrl: true }), [key('ctrl+a')])
  assert.deepEqual(keysOf('b', { ...NO_KEY, meta: true }), [key('alt+b')])
  assert.deepEqual(keysOf('A', { ...NO_KEY, shift: true }), [text('A')])
})

test('shortcuts work on other layouts, with Shift where it matters, and never with the system key', () => {
  assert.deepEqual(keysOf('ㅁ', { ...NO_KEY, ctrl: true }), [key('ctrl+a')])
  assert.deepEqual(keysOf('с', { ...NO_KEY, ctrl: true }), [key('ctrl+c')])
  assert.deepEqual(keysOf('ㅠ', { ...NO_KEY, meta: true }), [key('alt+b')])
  assert.deepEqual(keysOf('z', { ...NO_KEY, meta: true, shift: true }), [key('alt+Z')])
  assert.deepEqual(keysOf('Z', { ...NO_KEY, meta: true, shift: true }), [key('alt+Z')])
  assert.deepEqual(keysOf('-', { ...NO_KEY, ctrl: true, shift: true }), [key('ctrl+-')])
  assert.deepEqual(keysOf('c', { ...NO_KEY, super: true }), [])
  assert.deepEqual(keysOf('ㅁ', NO_KEY), [text('ㅁ')])
})

test('a key without a name or a letter is ignored', () => {
  assert.deepEqual(keysOf('', NO_KEY), [])
  assert.deepEqual(keysOf('', { ...NO_KEY, ctrl: true }), [])
})
