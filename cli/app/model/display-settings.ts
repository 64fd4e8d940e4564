import { GRAPHICS_LEVELS } from '../../terminal/ask/graphics.ts'

/** A setting of the screen. The flag wins over the variable, and the variable over the default. */
interface DisplaySetting<Value extends string | boolean> {
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

const SWITCH_WORDS: Readonly<Record<string, boolean>> = {
  1: true,
  on: true,
  true: true,
  yes: true,
  0: false,
  off: false,
  false: false,
  no: false,
}

/** A setting was given a value that is not allowed. */
export class DisplaySettingError extends Error {
  override readonly name = 'DisplaySettingError'
  /** The flag (with its dashes) or the variable that gave the value. */
  readonly source: string
  readonly value: string
  readonly allowed: readonly string[]

  constructor(source: string, value: string, allowed: readonly string[]) {
    super(`${source} can't be ${JSON.stringify(value)}`)
    this.source = source
    this.value = value
    this.allowed = allowed
  }
}

/**
 * Reads all settings from flags and environment. An empty variable counts as unset. Throws
 * `DisplaySettingError`.
 */
export function readDisplaySettings(
  flags: DisplayFlags,
  env: Readonly<Record<string, string | undefined>>,
): DisplaySettings {
  const read = DISPLAY_SETTING_NAMES.map(name => [
    name,
    readSetting(DISPLAY_SETTINGS[name], flags[name], env),
  ])
  // `chosen` returns only allowed values of each setting, and throws otherwise.
  return Object.freeze(Object.fromEntries(read)) as DisplaySettings
}

/** The allowed values of a setting, for the sentence that refuses any other value. */
export const allowedDisplayValues = (
  setting: DisplaySetting<string> | DisplaySetting<boolean>,
): readonly string[] => (setting.values.length === 0 ? ['on', 'off'] : setting.values)

function readSetting(
  setting: DisplaySetting<string> | DisplaySetting<boolean>,
  flag: string | boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | boolean {
  if (typeof flag === 'boolean') return flag
  const variable = env[setting.env]
  const [source, text] = flag === undefined ? [setting.env, variable] : [`--${setting.flag}`, flag]
  if (text === undefined || (text === '' && flag === undefined)) return setting.fallback
  const value =
    setting.values.length === 0
      ? SWITCH_WORDS[text.toLowerCase()]
      : setting.values.find(allowed => allowed === text.toLowerCase())
  if (value === undefined) throw new DisplaySettingError(source, text, allowedDisplayValues(setting))
  return value
}
