import { type Command, Option } from 'commander'
import {
  DISPLAY_SETTING_NAMES,
  DISPLAY_SETTINGS,
  type DisplaySettingName,
} from '../../app/model/display-settings.ts'
import type { Texts } from '../../i18n/en.ts'
import { CONNECTION_SETTINGS, type ConnectionSettingName } from './connection-settings.ts'
import { allowedDisplayValues } from './read-display-settings.ts'

/** Adds a flag for each setting of the connection. */
export function addConnectionOptions(command: Command, { usage }: Texts): Command {
  for (const [name, { flag, placeholder, env, fallback }] of Object.entries(CONNECTION_SETTINGS)) {
    const meaning = usage.options[name as ConnectionSettingName] // a key of CONNECTION_SETTINGS
    command.addOption(new Option(`--${flag} <${placeholder}>`, meaning).env(env).default(fallback))
  }
  return command
}

/** Adds a flag for each of these settings of the screen, or for all. */
export function addDisplayOptions(
  command: Command,
  { settings }: Texts,
  names: readonly DisplaySettingName[] = DISPLAY_SETTING_NAMES,
): Command {
  for (const name of names) {
    const setting = DISPLAY_SETTINGS[name]
    const { flag, env, values, fallback } = setting
    const meaning = settings[name].replaceAll('`', '')
    const add = (flags: string, description: string) => {
      const option = new Option(flags, description).env(env).helpGroup(settings.group)
      command.addOption(option)
      return option
    }
    if (values.length === 0) {
      // Help shows only the flag that differs from the default.
      add(`--${flag}`, meaning).hideHelp(fallback !== false)
      add(`--no-${flag}`, settings.off[name] ?? meaning).hideHelp(fallback !== true)
    } else {
      add(`--${flag} <value>`, `${meaning}: ${allowedDisplayValues(setting).join(', ')}`).default(fallback)
    }
  }
  return command
}

/** The help for an option, with its variable and default: `… (GIFCHAT_THEME; default auto)`. */
export function describeOption({ description, envVar, defaultValue }: Option, { usage }: Texts): string {
  const ends = [envVar, typeof defaultValue === 'string' ? usage.default(defaultValue) : undefined]
  const known = ends.filter(end => end !== undefined)
  return known.length === 0 ? description : `${description} (${known.join('; ')})`
}

/**
 * The options on the command line, before the command or after it. Values that commander itself
 * read from variables are left out. It would take `off` for on and an empty variable for a value,
 * and it reads no environment but the process's own.
 */
export function typedOptions(command: Command | null): Readonly<Record<string, unknown>> {
  if (command === null) return {}
  const typed = Object.entries(command.opts()).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  )
  return { ...Object.fromEntries(typed), ...typedOptions(command.parent) }
}
