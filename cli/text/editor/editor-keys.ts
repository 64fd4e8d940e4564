import type { EditorCommand } from './editor.ts'

/** The editing keys that every text field knows, as in readline. */
const EDITOR_KEYS: Readonly<Record<string, EditorCommand>> = {
  left: 'left',
  right: 'right',
  'ctrl+b': 'left',
  'ctrl+f': 'right',
  'alt+b': 'wordLeft',
  'alt+f': 'wordRight',
  'ctrl+left': 'wordLeft',
  'ctrl+right': 'wordRight',
  'alt+left': 'wordLeft',
  'alt+right': 'wordRight',
  home: 'lineStart',
  end: 'lineEnd',
  'ctrl+a': 'lineStart',
  'ctrl+e': 'lineEnd',
  'ctrl+home': 'textStart',
  'ctrl+end': 'textEnd',
  'alt+<': 'textStart',
  'alt+>': 'textEnd',
  backspace: 'deleteBack',
  'shift+backspace': 'deleteBack',
  'ctrl+h': 'deleteBack',
  delete: 'deleteForward',
  'ctrl+d': 'deleteForward',
  'ctrl+w': 'killToSpace',
  'alt+backspace': 'killWordBack',
  'ctrl+backspace': 'killWordBack',
  'alt+d': 'killWordForward',
  'ctrl+delete': 'killWordForward',
  'alt+delete': 'killWordForward',
  'ctrl+u': 'killToLineStart',
  'ctrl+k': 'killToLineEnd',
  'ctrl+y': 'yank',
  'alt+y': 'yankOlder',
  'ctrl+_': 'undo',
  'ctrl+-': 'undo',
  'ctrl+/': 'undo',
  'alt+z': 'undo',
  'alt+_': 'redo',
  'alt+Z': 'redo',
}

/** The editor command of a key, or undefined if it has none. */
export const editorCommandOf = (key: string): EditorCommand | undefined =>
  Object.hasOwn(EDITOR_KEYS, key) ? EDITOR_KEYS[key] : undefined
