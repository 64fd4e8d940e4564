import { type Command, Option } from 'commander'
import {
  allowedValues,
  DISPLAY_SETTING_NAMES,
  DISPLAY_SETTINGS,
  type DisplaySettingName,
} from '../../app/model/display-settings.ts'
import type { Texts } from '../../i18n/en.ts'

/**
 * Gives a command flags for settings of the screen, all unless it says which; `readDisplaySettings` checks what was typed.
 */
export function addDisplayOptions(
  command: Command,
  { settings, usage }: Texts,
  names: readonly DisplaySettingName[] = DISPLAY_SETTING_NAMES,
): Command {
  for (const name of names) {
    const { flag, env, values, fallback } = DISPLAY_SETTINGS[name]
    const meaning = settings[name].replaceAll('`', '')
    const add = (flags: string, description: string, isShown: boolean) =>
      command.addOption(new Option(flags, description).helpGroup(settings.group).hideHelp(!isShown))
    if (values.length === 0) {
      // In this order, or commander takes the switch for turned on and the variable is never asked.
      add(`--${flag}`, `${meaning} (${env})`, fallback === false)
      add(`--no-${flag}`, `${meaning} (${env})`, fallback === true)
    } else {
      const allowed = allowedValues(DISPLAY_SETTINGS[name]).join(', ')
      const ends = `${env}; ${usage.default(String(fallback))}`
      add(`--${flag} <value>`, `${meaning}: ${allowed} (${ends})`, true)
    }
  }
  return command
}
