import { en, type Texts } from './en.ts'
import { ko } from './ko.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The catalogue for a language tag or a POSIX locale (`ko_KR.UTF-8`); English if there is none, or
 * if the locale writes Korean in other bytes than we do (`ko_KR.eucKR`).
 */
export const textsForLocale = (locale: string | undefined): Texts =>
  /^ko\b|^ko_/i.test(locale ?? '') && foreignCodeset(locale) === undefined ? ko : en

/** The codeset that is not UTF-8, if the locale names one: `eucKR`. */
const foreignCodeset = (locale = ''): string | undefined => {
  const codeset = /\.([\w-]+)/.exec(locale)?.[1]
  return codeset === undefined || /^utf-?8$/i.test(codeset) ? undefined : codeset
}

/** The codeset of the terminal's characters, if it is known not to be UTF-8 (POSIX.1 §8.2). */
export const foreignCodesetOf = ({ LC_ALL, LC_CTYPE, LANG }: Environment): string | undefined =>
  foreignCodeset(firstSet(LC_ALL, LC_CTYPE, LANG))

/**
 * The locale of the setting, else the first that is set of LC_ALL, LC_MESSAGES and LANG (POSIX.1
 * §8.2).
 */
export const localeOf = (env: Environment, setting = 'auto'): string | undefined =>
  setting !== 'auto' ? setting : firstSet(env.LC_ALL, env.LC_MESSAGES, env.LANG)

const firstSet = (...values: readonly (string | undefined)[]): string | undefined =>
  values.find(value => value !== undefined && value !== '')
