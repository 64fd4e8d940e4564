import { en, type Texts } from './en.ts'
import { ko } from './ko.ts'

/**
 * The catalogue for a language tag or a POSIX locale (`ko_KR.UTF-8`); English if there is none.
 */
export const textsForLocale = (locale: string | undefined): Texts =>
  /^ko\b|^ko_/i.test(locale ?? '') ? ko : en

/**
 * The locale of the setting, else the first that is set of LC_ALL, LC_MESSAGES and LANG (POSIX.1
 * §8.2).
 */
export const localeOf = (
  env: Readonly<Record<string, string | undefined>>,
  setting = 'auto',
): string | undefined =>
  setting !== 'auto'
    ? setting
    : [env.LC_ALL, env.LC_MESSAGES, env.LANG].find(value => value !== undefined && value !== '')
