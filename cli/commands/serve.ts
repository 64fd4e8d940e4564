import type { Texts } from '../i18n/en.ts'

/** `gifchat serve`: the server's own command line. No other command loads its code. */
export async function serveCommand(args: readonly string[], { language }: Texts): Promise<number> {
  const { serve } = await import('../../server/main.ts')
  const { env, stdout, stderr } = process
  return serve(args, { env, stdout, stderr, language: language === 'ko' ? 'ko' : 'en' })
}
