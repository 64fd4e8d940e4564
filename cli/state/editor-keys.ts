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
  backspace: 'deleteBack',
  'shift+backspace': 'deleteBack',
  delete: 'deleteForward',
  'ctrl+d': 'deleteForward',
  'ctrl+w': 'killWordBack',
  'alt+backspace': 'killWordBack',
  'alt+d': 'killWordForward',
  'ctrl+u': 'killToLineStart',
  'ctrl+k': 'killToLineEnd',
  'ctrl+y': 'yank',
  'ctrl+z': 'undo',
  'ctrl+_': 'undo',
}

/** What a key does in a text field, or undefined when it does nothing there. */
export const editorCommandOf = (key: string): EditorCommand | undefined => EDITOR_KEYS[key]
