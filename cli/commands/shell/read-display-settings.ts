import {
  DISPLAY_SETTING_NAMES,
  DISPLAY_SETTINGS,
  type DisplayFlags,
  type DisplaySetting,
  type DisplaySettings,
} from '../../app/model/display-settings.ts'

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
  // `readSetting` returns only allowed values of each setting, and throws otherwise.
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
