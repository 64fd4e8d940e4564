import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The token file in the platform's own directory for settings. Undefined for a user without a home
 * directory, as in a container that runs as a number.
 */
export function defaultTokenFile(): string | undefined {
  const settings = settingsDirectory()
  return settings && join(settings, 'tokens.json')
}

function settingsDirectory(): string | undefined {
  const { APPDATA, XDG_CONFIG_HOME } = process.env
  switch (process.platform) {
    case 'darwin':
      return inHome('Library', 'Preferences', 'gifchat')
    case 'win32':
      return APPDATA ? join(APPDATA, 'gifchat', 'Config') : inHome('AppData', 'Roaming', 'gifchat', 'Config')
    default:
      return XDG_CONFIG_HOME ? join(XDG_CONFIG_HOME, 'gifchat') : inHome('.config', 'gifchat')
  }
}

function inHome(...names: readonly string[]): string | undefined {
  try {
    const home = homedir()
    return home === '' ? undefined : join(home, ...names)
  } catch {
    // The system knows nothing of this user.
    return undefined
  }
}
