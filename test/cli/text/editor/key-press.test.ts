import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyPressesOf, type RawKey } from '../../../../cli/text/editor/key-press.ts'

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
  assert.deepEqual(keyPressesOf('hello\r', NO_KEY), [text('hello'), key('enter')])
  assert.deepEqual(keyPressesOf('\x01x\x7f', NO_KEY), [key('ctrl+a'), text('x'), key('backspace')])
  assert.deepEqual(keyPressesOf('a\nb', NO_KEY), [text('a'), key('ctrl+j'), text('b')])
})

test('keys carry their modifiers', () => {
  assert.deepEqual(keyPressesOf('', { ...NO_KEY, return: true, meta: true }), [key('alt+enter')])
  assert.deepEqual(keyPressesOf('', { ...NO_KEY, tab: true, shift: true }), [key('shift+tab')])
  assert.deepEqual(keyPressesOf('a', { ...NO_KEY, ctrl: true }), [key('ctrl+a')])
  assert.deepEqual(keyPressesOf('b', { ...NO_KEY, meta: true }), [key('alt+b')])
  assert.deepEqual(keyPressesOf('A', { ...NO_KEY, shift: true }), [text('A')])
})

test('what is typed quickly after Escape, which the terminal takes for Alt, is not lost', () => {
  for (const typed of ['/', '?', 'h', 'ㅎ'])
    assert.deepEqual(keyPressesOf(typed, { ...NO_KEY, meta: true }), [key('escape'), text(typed)])
  for (const letter of ['p', 'b', '<', 'z'])
    assert.deepEqual(keyPressesOf(letter, { ...NO_KEY, meta: true }), [key(`alt+${letter}`)])
})

test('shortcuts work on other layouts, with Shift where it matters, and never with the system key', () => {
  assert.deepEqual(keyPressesOf('ㅁ', { ...NO_KEY, ctrl: true }), [key('ctrl+a')])
  assert.deepEqual(keyPressesOf('с', { ...NO_KEY, ctrl: true }), [key('ctrl+c')])
  assert.deepEqual(keyPressesOf('ㅠ', { ...NO_KEY, meta: true }), [key('alt+b')])
  assert.deepEqual(keyPressesOf('z', { ...NO_KEY, meta: true, shift: true }), [key('alt+Z')])
  assert.deepEqual(keyPressesOf('Z', { ...NO_KEY, meta: true, shift: true }), [key('alt+Z')])
  assert.deepEqual(keyPressesOf('-', { ...NO_KEY, ctrl: true, shift: true }), [key('ctrl+-')])
  assert.deepEqual(keyPressesOf('c', { ...NO_KEY, super: true }), [])
  assert.deepEqual(keyPressesOf('ㅁ', NO_KEY), [text('ㅁ')])
})

test('a key without a name or a letter is ignored', () => {
  assert.deepEqual(keyPressesOf('', NO_KEY), [])
  assert.deepEqual(keyPressesOf('', { ...NO_KEY, ctrl: true }), [])
})
