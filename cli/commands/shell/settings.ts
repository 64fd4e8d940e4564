import type { RoomId } from '../../../protocol/model.ts'
import { DISPLAY_SETTINGS, type DisplayFlags } from '../../app/model/display-settings.ts'
import { en, type Texts } from '../../i18n/en.ts'
import { localeOf, textsForLocale } from '../../i18n/pick-texts.ts'
import { defaultTokenFile } from '../../identity/default-token-file.ts'
import { addressInInviteLine } from '../../identity/invite-line.ts'
import { parseRoomAddress, parseServerAddress } from '../../identity/server-address.ts'
import { CONNECTION_SETTINGS, type ConnectionSettingName } from './connection-settings.ts'
import { DisplaySettingError } from './read-display-settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The flags that every command takes, as typed. */
export type CommandOptions = { readonly [Name in ConnectionSettingName]?: string } & DisplayFlags & {
    readonly json?: boolean
    /** Opens the server that this program starts to the network. */
    readonly share?: boolean
  }

/**
 * The language of a command. With `--json` it is English, which programs expect. An unknown
 * language is refused later, when the command runs.
 */
export function commandTexts({ json, lang }: CommandOptions, env: Environment): Texts {
  if (json) return en
  const setting = typeof lang === 'string' ? lang : nonEmpty(env[DISPLAY_SETTINGS.lang.env])
  return textsForLocale(localeOf(env, setting))
}

export const passwordOption = (options: CommandOptions, env: Environment): string | undefined =>
  typedOrSet('password', options, env)

/** `ws://host:port`; throws `ServerAddressError`. */
export const serverOption = (options: CommandOptions, env: Environment): string =>
  parseServerAddress(typedOrSet('server', options, env) ?? CONNECTION_SETTINGS.server.fallback)

/** Undefined if none was named, and there is no home directory for one. */
export const tokenFileOption = (options: CommandOptions, env: Environment): string | undefined =>
  typedOrSet('tokenFile', options, env) ?? defaultTokenFile()

/** The file of authorities to trust, if one is named. */
export const authoritiesOption = (options: CommandOptions, env: Environment): string | undefined =>
  typedOrSet('ca', options, env)

/** One of the values that a flag may have, the first of which is its default. */
export function choiceOption<Choice extends string>(
  flag: string,
  typed: string | undefined,
  allowed: readonly [Choice, ...Choice[]],
): Choice {
  if (typed === undefined) return allowed[0]
  const choice = allowed.find(one => one === typed)
  if (choice === undefined) throw new DisplaySettingError(flag, typed, allowed)
  return choice
}

/**
 * A room, by its id, by an invite, which names the server too, or by the whole line that a room
 * hands on. Throws `ServerAddressError`.
 */
export const roomArgument = (
  target: string,
  options: CommandOptions,
  env: Environment,
): { readonly server: string; readonly room: RoomId } =>
  parseRoomAddress(addressInInviteLine(target), serverOption(options, env))

/** The value of the flag, or else of the variable. An empty variable counts as unset. */
const typedOrSet = (
  name: ConnectionSettingName,
  options: CommandOptions,
  env: Environment,
): string | undefined => options[name] ?? nonEmpty(env[CONNECTION_SETTINGS[name].env])

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value)
