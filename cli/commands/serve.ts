import { DISPLAY_SETTINGS } from '../app/model/display-settings.ts'
import { localeOf, textsForLocale } from '../i18n/pick-texts.ts'

/** `gifchat serve`: the server's own command line. No other command loads its code. */
export async function serveCommand(args: readonly string[]): Promise<number> {
  const { serve } = await import('../../server/main.ts')
  const { env, stdout, stderr } = process
  const { language } = textsForLocale(localeOf(env, env[DISPLAY_SETTINGS.lang.env] || undefined))
  return serve(args, { env, stdout, stderr, language: language === 'ko' ? 'ko' : 'en' })
}
