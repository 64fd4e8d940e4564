import { homedir } from 'node:os'
import { join } from 'node:path'

/** Debian's word for a home that is not there. Nothing can be kept under it. */
const NO_HOME = '/nonexistent'

/**
 * Where the platform keeps the data of programs. Undefined for a user without a home directory, as
 * in a container that runs as a number.
 */
export function defaultDataDirectory(): string | undefined {
  const { LOCALAPPDATA, XDG_DATA_HOME } = process.env
  switch (process.platform) {
    case 'darwin':
      return inHome('Library', 'Application Support', 'gifchat')
    case 'win32':
      return LOCALAPPDATA
        ? join(LOCALAPPDATA, 'gifchat', 'Data')
        : inHome('AppData', 'Local', 'gifchat', 'Data')
    default:
      return XDG_DATA_HOME ? join(XDG_DATA_HOME, 'gifchat') : inHome('.local', 'share', 'gifchat')
  }
}

/** Of this user: for what a program keeps about what it is doing. */
export function stateDirectory(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env
  switch (process.platform) {
    case 'darwin':
      return inHome('Library', 'Logs', 'gifchat') ?? NO_HOME
    case 'win32':
      return LOCALAPPDATA
        ? join(LOCALAPPDATA, 'gifchat', 'Log')
        : (inHome('AppData', 'Local', 'gifchat', 'Log') ?? NO_HOME)
    default:
      return XDG_STATE_HOME
        ? join(XDG_STATE_HOME, 'gifchat')
        : (inHome('.local', 'state', 'gifchat') ?? join(NO_HOME, 'gifchat'))
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
