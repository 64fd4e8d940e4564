import { type EditorState, edit, emptyEditor } from './editor.ts'
import { editorCommandOf } from './editor-keys.ts'
import { moveVertically } from './editor-layout.ts'
import type { KeyPress } from './key-press.ts'
import { completionsOf, isGifPath } from './slash-commands.ts'

/** Where a message is written. */
export interface ComposerState {
  readonly editor: EditorState
  /** What was sent before, newest last. */
  readonly sent: readonly string[]
  /** Which of `sent` is shown; undefined while something new is written. */
  readonly recalled: number | undefined
  /** What was being written before the history was looked through. */
  readonly draft: string
}

export const emptyComposer: ComposerState = { editor: emptyEditor, sent: [], recalled: undefined, draft: '' }

const SENT_KEPT = 100

/** The composer after a key; `submitted` is the text that Enter sent, if it did. */
export function pressInComposer(
  composer: ComposerState,
  key: KeyPress,
  columns: number,
): { readonly composer: ComposerState; readonly submitted?: string } {
  if (key.type === 'text') return { composer: typeInto(composer, key.text) }
  switch (key.key) {
    case 'enter':
      return composer.editor.text.slice(0, composer.editor.cursor).endsWith('\\')
        ? { composer: typeInto(withEditor(composer, edit(composer.editor, { type: 'deleteBack' })), '\n') }
        : submit(composer)
    case 'alt+enter':
    case 'shift+enter':
    case 'ctrl+j':
      return { composer: typeInto(composer, '\n') }
    case 'tab':
      return { composer: complete(composer) }
    case 'up':
      return { composer: moveOrRecall(composer, -1, columns) }
    case 'down':
      return { composer: moveOrRecall(composer, 1, columns) }
    case 'escape':
      return { composer: composer.editor.text.startsWith('/') ? show(composer, '') : composer }
    default: {
      const command = editorCommandOf(key.key)
      return {
        composer:
          command === undefined ? composer : withEditor(composer, edit(composer.editor, { type: command })),
      }
    }
  }
}

/** The composer after a paste: newlines stay, and the path of a dropped GIF becomes the command that posts it. */
export function pasteIntoComposer(composer: ComposerState, pasted: string): ComposerState {
  const text = pasted.replace(/\r\n?/g, '\n')
  const isDrop = composer.editor.text === '' && isGifPath(text)
  return typeInto(composer, isDrop ? `/gif ${text.trim()}` : text)
}

function submit(composer: ComposerState): { readonly composer: ComposerState; readonly submitted?: string } {
  const text = composer.editor.text
  if (text.trim() === '') return { composer: show(composer, '') }
  const sent = composer.sent.at(-1) === text ? composer.sent : [...composer.sent.slice(1 - SENT_KEPT), text]
  return { composer: { ...emptyComposer, sent }, submitted: text }
}

const typeInto = (composer: ComposerState, text: string): ComposerState =>
  withEditor(composer, edit(composer.editor, { type: 'insert', text }))

const withEditor = (composer: ComposerState, editor: EditorState): ComposerState => ({ ...composer, editor })

const show = (composer: ComposerState, text: string): ComposerState =>
  withEditor(composer, edit(composer.editor, { type: 'replace', text }))

function complete(composer: ComposerState): ComposerState {
  const [first] = completionsOf(composer.editor.text)
  return first === undefined ? composer : show(composer, `/${first} `)
}

function moveOrRecall(composer: ComposerState, direction: -1 | 1, columns: number): ComposerState {
  const moved = moveVertically(composer.editor, direction, columns)
  if (moved !== undefined) return withEditor(composer, moved)
  const { sent, recalled } = composer
  const next = (recalled ?? sent.length) + direction
  if (next < 0 || next > sent.length || (recalled === undefined && direction === 1)) return composer
  const draft = recalled === undefined ? composer.editor.text : composer.draft
  if (next === sent.length) return { ...show(composer, draft), recalled: undefined, draft: '' }
  return { ...show(composer, sent[next] ?? ''), recalled: next, draft }
}
