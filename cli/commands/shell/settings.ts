import type { RoomId } from '../../../protocol/model.ts'
import type { DisplayFlags } from '../../app/model/display-settings.ts'
import { en, type Texts } from '../../i18n/en.ts'
import { localeOf, textsFor } from '../../i18n/pick-texts.ts'
import { DEFAULT_SERVER, parseRoom, parseServer } from '../../identity/server-address.ts'
import { defaultTokenFile } from '../../identity/token-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What every command takes, as typed: left out, the environment speaks, else the default. */
interface ConnectionOptions {
  /** `GIFCHAT_SERVER`. */
  readonly server?: string
  /** `GIFCHAT_PASSWORD`. */
  readonly password?: string
  /** `GIFCHAT_TOKEN_FILE`. */
  readonly tokenFile?: string
  readonly json?: boolean
}

/** What every command takes: its connection, and at least the language of the settings of the screen. */
export type CommandOptions = ConnectionOptions & DisplayFlags

/**
 * The language of a command; JSON is for programs, which know one. A value that is none is refused when
 * the command runs.
 */
export const textsOf = ({ json, lang }: CommandOptions, env: Environment): Texts =>
  json ? en : textsFor(localeOf(env, typeof lang === 'string' ? lang : nonEmpty(env.GIFCHAT_LANG)))

export const passwordOf = (options: CommandOptions, env: Environment): string | undefined =>
  options.password ?? nonEmpty(env.GIFCHAT_PASSWORD)

/** `ws://host:port`; throws `AddressError`. */
export const serverOf = (options: CommandOptions, env: Environment): string =>
  parseServer(options.server ?? nonEmpty(env.GIFCHAT_SERVER) ?? DEFAULT_SERVER)

export const tokenFileOf = (options: CommandOptions, env: Environment): string =>
  options.tokenFile ?? nonEmpty(env.GIFCHAT_TOKEN_FILE) ?? defaultTokenFile()

/** A room by its id or by the line handed on, which names the server too; throws `AddressError`. */
export const roomOf = (
  target: string,
  options: CommandOptions,
  env: Environment,
): { readonly server: string; readonly room: RoomId } => parseRoom(target, serverOf(options, env))

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value)
