import { type Command, Option } from 'commander'
import { settingTexts } from '../i18n/setting-texts.en.ts'
import { allowedValues, DISPLAY_SETTING_NAMES, DISPLAY_SETTINGS } from '../state/display-settings.ts'

/** Gives a command that takes the screen a flag for each setting of it; `readDisplaySettings` checks what was typed. */
export function addDisplayOptions(command: Command): Command {
  for (const name of DISPLAY_SETTING_NAMES) {
    const { flag, env, values, fallback } = DISPLAY_SETTINGS[name]
    const meaning = settingTexts[name].replaceAll('`', '')
    const option = (flags: string, description: string) =>
      command.addOption(new Option(flags, description).helpGroup(settingTexts.group))
    if (values.length === 0) {
      const [offered, opposite] = fallback === true ? ['no-', ''] : ['', 'no-']
      option(`--${offered}${flag}`, `${meaning} (${env})`)
      command.addOption(new Option(`--${opposite}${flag}`).hideHelp())
    } else {
      const allowed = allowedValues(DISPLAY_SETTINGS[name]).join(', ')
      option(`--${flag} <value>`, `${meaning}: ${allowed} (${env}; default ${String(fallback)})`)
    }
  }
  return command
}
