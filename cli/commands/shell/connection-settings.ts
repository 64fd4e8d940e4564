import { DEFAULT_SERVER } from '../../identity/default-server.ts'

/** A setting: the flag wins over the variable, and the variable over the default. */
interface ConnectionSetting {
  /** Without its dashes; in camel case it is the setting's name. */
  readonly flag: string
  /** The name of the value in `--help`. */
  readonly placeholder: string
  readonly env: string
  readonly fallback: string | undefined
}

/**
 * Every setting of the connection. Those of the screen are in `DISPLAY_SETTINGS`. Every start reads
 * this file, so it imports no library.
 */
export const CONNECTION_SETTINGS = {
  server: { flag: 'server', placeholder: 'address', env: 'GIFCHAT_SERVER', fallback: DEFAULT_SERVER },
  password: { flag: 'password', placeholder: 'password', env: 'GIFCHAT_PASSWORD', fallback: undefined },
  /** By default in the platform's own directory for settings. */
  tokenFile: { flag: 'token-file', placeholder: 'path', env: 'GIFCHAT_TOKEN_FILE', fallback: undefined },
  /** Certificates of authorities to trust beside those of the system. */
  ca: { flag: 'ca', placeholder: 'file', env: 'GIFCHAT_CA', fallback: undefined },
} as const satisfies Record<string, ConnectionSetting>

export type ConnectionSettingName = keyof typeof CONNECTION_SETTINGS
