import { GRAPHICS_LEVELS } from '../../terminal/ask/graphics.ts'

/** A setting of the screen. The flag wins over the variable, and the variable over the default. */
export interface DisplaySetting<Value extends string | boolean> {
  /** The flag without its dashes. In camel case it is the setting's name. */
  readonly flag: string
  readonly env: string
  /** The allowed values; empty for a switch. `--no-…` or a variable set to `off` turns it off. */
  readonly values: readonly string[]
  readonly fallback: Value
}

const choice = <const Value extends string>(
  flag: string,
  env: string,
  values: readonly Value[],
  fallback: NoInfer<Value>,
): DisplaySetting<Value> => ({ flag, env, values, fallback })

const toggle = (flag: string, env: string, fallback: boolean): DisplaySetting<boolean> => ({
  flag,
  env,
  values: [],
  fallback,
})

/**
 * Every setting of the screen. `--help`, the completions and the README's table are made from it.
 * `setting-texts.en.ts` and `.ko.ts` say what each setting means.
 */
export const DISPLAY_SETTINGS = {
  lang: choice('lang', 'GIFCHAT_LANG', ['auto', 'en', 'ko'], 'auto'),
  theme: choice('theme', 'GIFCHAT_THEME', ['auto', 'dark', 'light'], 'auto'),
  graphics: choice('graphics', 'GIFCHAT_GRAPHICS', ['auto', ...GRAPHICS_LEVELS], 'auto'),
  animation: toggle('animation', 'GIFCHAT_ANIMATION', true),
  reduceMotion: toggle('reduce-motion', 'GIFCHAT_REDUCE_MOTION', false),
  align: choice('align', 'GIFCHAT_ALIGN', ['sides', 'left'], 'sides'),
  mouse: toggle('mouse', 'GIFCHAT_MOUSE', true),
  bell: choice('bell', 'GIFCHAT_BELL', ['off', 'mentions', 'all'], 'mentions'),
  title: toggle('title', 'GIFCHAT_TITLE', true),
  typing: toggle('typing', 'GIFCHAT_TYPING', true),
  screenReader: toggle('screen-reader', 'GIFCHAT_SCREEN_READER', false),
} as const

export type DisplaySettingName = keyof typeof DISPLAY_SETTINGS

/** All settings of the screen, validated. */
export type DisplaySettings = {
  readonly [Name in DisplaySettingName]: (typeof DISPLAY_SETTINGS)[Name]['fallback']
}

/** Settings from the command line: a value as typed, or a boolean for a switch. */
export type DisplayFlags = { readonly [Name in DisplaySettingName]?: string | boolean }

// `Object.keys` widens the keys of a const object to strings.
export const DISPLAY_SETTING_NAMES = Object.keys(DISPLAY_SETTINGS) as readonly DisplaySettingName[]
