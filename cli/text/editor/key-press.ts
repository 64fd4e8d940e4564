import { editorCommandOf } from './editor-keys.ts'

/**
 * One key press: typed text, or a named key with its modifiers. The modifiers come in the order
 * `ctrl+`, `alt+`, `shift+`.
 */
export type KeyPress =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'key'; readonly key: string }

/** A key as the terminal library reports it. It is structurally a part of Ink's `Key`. */
export interface RawKey {
  readonly upArrow: boolean
  readonly downArrow: boolean
  readonly leftArrow: boolean
  readonly rightArrow: boolean
  readonly pageDown: boolean
  readonly pageUp: boolean
  readonly home: boolean
  readonly end: boolean
  readonly return: boolean
  readonly escape: boolean
  readonly ctrl: boolean
  readonly shift: boolean
  readonly tab: boolean
  readonly backspace: boolean
  readonly delete: boolean
  readonly meta: boolean
  /** No shortcut here uses these modifiers. Keys pressed with them belong to the system. */
  readonly super: boolean
  readonly hyper: boolean
}

const NAMES = {
  upArrow: 'up',
  downArrow: 'down',
  leftArrow: 'left',
  rightArrow: 'right',
  pageUp: 'pageUp',
  pageDown: 'pageDown',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'escape',
  tab: 'tab',
  backspace: 'backspace',
  delete: 'delete',
} as const satisfies Partial<Record<keyof RawKey, string>>

/**
 * Whether Alt and the letter, in either case, are a shortcut. If not, they are Escape and what was
 * typed quickly after it, for which terminals send the same bytes.
 */
const isShortcutWithAlt = (letter: string): boolean =>
  letter.toLowerCase() === 'p' || editorCommandOf(`alt+${letter.toLowerCase()}`) !== undefined

/** The letters of other layouts, key by key, so that shortcuts work on each of them. */
const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
const OTHER_LAYOUTS = [
  'йцукенгшщзхъфывапролджэячсмитьбю',
  "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ[]ㅁㄴㅇㄹㅎㅗㅓㅏㅣ;'ㅋㅌㅊㅍㅠㅜㅡ,.",
]

/**
 * The keys in one read from the terminal. Fast typing or a slow connection brings several at once,
 * for example `hello\r`.
 */
export function keyPressesOf(input: string, raw: RawKey): readonly KeyPress[] {
  if (raw.super || raw.hyper) return []
  for (const [flag, name] of Object.entries(NAMES)) {
    // `Object.entries` widens the keys of a const object to strings.
    if (raw[flag as keyof typeof NAMES]) return [{ type: 'key', key: modifiers(raw) + name }]
  }
  if (raw.ctrl)
    return input === ''
      ? []
      : [{ type: 'key', key: `${modifiers({ ...raw, shift: false })}${latinKeyOf(input)}` }]
  if (raw.meta) {
    if (input === '') return []
    const letter = latinKeyOf(input)
    if (!isShortcutWithAlt(letter)) return [{ type: 'key', key: 'escape' }, ...splitControls(input)]
    return [{ type: 'key', key: `alt+${raw.shift ? letter.toUpperCase() : letter}` }]
  }
  return splitControls(input)
}

/**
 * Whether one read is a paste of several lines, which the terminal did not mark. Nobody types the
 * next line so fast after Enter.
 */
export const isPastedBurst = (input: string): boolean =>
  /[^\r\n][\r\n]+[^\r\n]/.test(input) && !/[^\P{Cc}\t\r\n]/u.test(input)

function splitControls(input: string): readonly KeyPress[] {
  const keys: KeyPress[] = []
  for (const part of input.split(/([\x00-\x1f\x7f])/)) {
    if (part === '') continue
    const code = part.charCodeAt(0)
    if (code >= 0x20 && code !== 0x7f) keys.push({ type: 'text', text: part })
    else keys.push({ type: 'key', key: controlName(code) })
  }
  return keys
}

function controlName(code: number): string {
  if (code === 0x0d) return 'enter'
  if (code === 0x09) return 'tab'
  if (code === 0x1b) return 'escape'
  if (code === 0x7f || code === 0x08) return 'backspace'
  return `ctrl+${String.fromCharCode(code + (code <= 26 ? 96 : 64))}`
}

/** The letter that the same key has on a Latin layout. */
function latinKeyOf(letter: string): string {
  for (const layout of OTHER_LAYOUTS) {
    const index = layout.indexOf(letter)
    if (index !== -1) return LATIN_KEYS.charAt(index)
  }
  return letter
}

/**
 * The Latin letter on the key of a lone Hangul vowel. No word begins with a lone vowel, so the user
 * pressed a shortcut in Hangul mode.
 */
export const keyOfHangulVowel = (text: string): string => (/^[ㅏ-ㅣ]$/.test(text) ? latinKeyOf(text) : text)

const modifiers = (raw: Pick<RawKey, 'ctrl' | 'meta' | 'shift'>): string =>
  `${raw.ctrl ? 'ctrl+' : ''}${raw.meta ? 'alt+' : ''}${raw.shift ? 'shift+' : ''}`
